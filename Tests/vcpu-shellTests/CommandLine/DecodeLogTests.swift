import Foundation
import GoldenText
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Logs in `Tests/vcpu-shellTests/Logs`, with invented values in the formats of the projects that their first lines
/// name.
@Suite struct DecodeLogTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Logs")

  private static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
  }()

  private static func log(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name + ".log")))
  }

  private static func answers(_ text: [UInt8]) throws -> [LoggedFaultAnswer] {
    let disassembler = try Disassembler()
    return LogFaults.all(in: text).map { LoggedFaultAnswer($0, by: disassembler) }
  }

  private static func answers(_ text: String) throws -> [LoggedFaultAnswer] {
    try answers(Array(text.utf8))
  }

  /// The output of `decode` without a register.
  private static func run(
    _ text: [UInt8], format: DecodeCommand.Format = .text
  ) -> (output: String, errors: String, status: vcpu_shell.ExitStatus) {
    var (output, errors) = ("", "")
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    var run = DecodeRun(
      output: Output { bytes, isError in
        let text = String(decoding: bytes, as: UTF8.self)
        if isError { errors += text } else { output += text }
      }, format: format
    ) { _ in lines.popFirst() }
    run.decodeLog()
    return (output, errors, run.status)
  }

  @Test func eachLogIsUnderstood() throws {
    var text = ""
    for name in Self.names {
      let log = try Self.log(name)
      text += "$ vcpu-shell decode --log \(name).log\n"
      for answer in try Self.answers(log) {
        text += answer.brief.map { $0.plain + "\n" }.joined()
      }
    }
    try GoldenText.expect(text, "decode-logs")
  }

  /// A new format has to name its source.
  @Test func eachLogNamesItsSource() throws {
    #expect(Self.names.count >= 25)
    var projects: Set<String> = []
    for name in Self.names {
      let text = String(decoding: try Self.log(name), as: UTF8.self)
      let first = text.prefix { !$0.isNewline }
      #expect(first.hasPrefix("# ") && first.contains(":"), "\(name)")
      projects.insert(String(first.dropFirst(2).prefix { $0 != ":" && $0 != "," }))
    }
    for project in [
      "Linux", "Xen", "U-Boot", "EDK2", "Trusted Firmware-A", "Zephyr", "seL4", "Hafnium",
      "arm_vcpu",
      "QEMU", "this project",
    ] {
      #expect(projects.contains { $0.hasPrefix(project) }, "\(project)")
    }
  }

  @Test(
    arguments: [
      (
        "linux-write",
        [
          "EL1 wrote 4 bytes to 0x18 (translation fault, level 1) with w2 (0x41) by 'str w2, [x0, #8]' "
            + "at <ring_put+0x1c>"
        ]
      ),
      (
        "kvm-nvhe-panic",
        [
          "EL2 wrote to 0x800042a10ff8 (translation fault, level 2) at pc 0x80004094c2a8 "
            + "<__kvm_nvhe_copy_page+0x18>"
        ]
      ),
      (
        "xen-guest-abort",
        [
          "a lower EL wrote 4 bytes to IPA 0xa003010 (translation fault, level 3) with w8 at pc "
            + "0xffff800080412344",
          "a lower EL fetched an instruction from IPA 0x48000000 (translation fault, level 2) at pc 0x48000000",
        ]
      ),
      (
        "hafnium-lower",
        [
          "a lower EL wrote 4 bytes to IPA 0xa003070 (translation fault, level 3) with w9 at pc 0x40080124"
        ]
      ),
      (
        "stage2-walk",
        [
          "EL0 accessed 0xffff12345678, whose stage 1 table walk failed at IPA 0x80123000 (translation "
            + "fault, level 3) at pc 0x400120"
        ]
      ),
      (
        "u-boot",
        [
          "code at the same EL read 4 bytes from 0x1 (alignment fault) into w2 by 'ldr w2, [x0]' at pc "
            + "0x7ff5e1b4"
        ]
      ),
      ("tf-a-older", ["SMC #0x0, from EL2 at pc 0x40210448"]),
    ])
  func sentences(name: String, sentences: [String]) throws {
    #expect(try Self.answers(Self.log(name)).map(\.summary) == sentences)
  }

  @Test func theSameFaultOfEachNotation() throws {
    let wanted =
      "EL1 wrote 4 bytes to IPA 0x9000018 (translation fault, level 3) with w8 (0x5a) at pc 0x40201234"
    for text in [
      "ESR=0x93880047, FAR=0x9000018, HPFAR=0x90000, ELR=0x40201234, SPSR=0x3c5, X8=0x5a",
      "esr_el2 = 93880047\nfar_el2 = 0000000009000018\nhpfar_el2 = 00090000\n"
        + "elr_el2 = 40201234\nspsr_el2 = 000003c5\nx8 = 0000005a",
      "HSR: 0x93880047 FAR_EL2: 0x9000018 HPFAR_EL2: 0x90000\nPC: 0x40201234 CPSR: 0x3c5 X8: 0x5a",
      "[    1.2] (XEN) <3>ESR_ELx 0x93880047; far 0x9000018; hpfar 0x90000; pc 0x40201234; pstate 0x3c5; x08 0x5a",
      "| esr | 0x93880047 |".replacing("|", with: " ")
        + "far  0x9000018\thpfar\t0x90000 pc\t0x40201234 spsr 0x3c5 x8 0x5a",
      "\u{1b}[31mESR_EL2\u{1b}[0m: \u{1b}[1m0x93880047\u{1b}[m\r\nFAR_EL2: 0x9000018\r\nHPFAR_EL2: 0x90000\r\n"
        + "ELR_EL2: 0x40201234\r\nSPSR_EL2: 0x3c5\r\nx8: 0x5a\r\n",
    ] {
      #expect(try Self.answers(text).map(\.summary) == [wanted], "\(text)")
    }
  }

  /// Texts that look like a register or a number but aren't.
  @Test(
    arguments: [
      "", "nothing at all", "esr", "esr:", "ESR : EC 0x25  IL 0x1", "the esr is unknown",
      "esr = func+0x10", "pc : facade01+0x10/0x20", "x0: 0", "far away 0x10", "far = 12",
      "esr 12345678901234567",
      "esr=0x12345678901234567", "parse error 0xdeadbeef", "space: 0x10 address = 0x20",
      "fsck: blocks scanned so far: 20480000", "sectors copied far: 20480000", "so far: 0x10",
      "Loading kernel at virtual address 0x40200000", "default virtual address 0x40200000",
      "probe failed, error code 0xfffffff0 -- retrying", "esr = 2449473543", "ESR: EC(0x25)",
      "GIC: HSR register", "---[ end trace 0000000000000000 ]---", "x31: 0000000000000000",
    ])
  func whatIsNoFault(text: String) throws {
    #expect(try Self.answers(text).isEmpty)
    let run = Self.run(Array(text.utf8))
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: the log has no fault: neither a syndrome (ESR, HSR)"))
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
    #expect(run.status == .commandFailed)
    #expect(Self.run(Array(text.utf8), format: .json).output == "[]\n")
  }

  @Test func linesAreThoseOfTheLog() throws {
    let text = "\n\nboot\nESR = 0x96000045\n\nFAR = 0x10\n"
    let answer = try #require(Self.answers(text).first)
    #expect(answer.line == 4)
    #expect(answer.findings.map(\.line) == [4, 6])
    #expect(answer.findings.map(\.register) == ["ESR", "FAR"])
    #expect(answer.findings[0].fields.first?.name == "EC")
  }

  @Test func eachReportIsABlock() throws {
    let report = String(decoding: try Self.log("linux-write"), as: UTF8.self)
    #expect(try Self.answers(report + report + report).count == 3)
    let two = Self.run(try Self.log("linux-two"))
    #expect(two.output.contains("\n\nline 9: EL1 fetched an instruction from 0xffff0000c2a10000"))
    #expect(two.status == .ok && two.errors.isEmpty)
    // A different value belongs to another report; a repeated one doesn't.
    #expect(try Self.answers("esr=0x96000045 far=0x10\nesr=0x96000045 far=0x10").count == 1)
    #expect(try Self.answers("esr=0x96000045 far=0x10\nesr=0x96000045 far=0x20").count == 2)
  }

  /// The lines where the reports begin.
  @Test(
    arguments: [
      ("HSR=0xbe000000 pc=0x1000\nboot\nESR=0x12345678", [1, 3]),
      ("ESR=0xbe000000 pc=0x1000\nHSR=0x93880047", [1, 2]),
      ("HSR=0xbe000000 pc=0x1000\nESR_EL2: 0xbe000000", [1]),
      ("ESR=0x93880047\nESR_EL1=0x96000045", [1]),
      ("ESR_EL1: 0x96000045\nESR_EL2: 0x93880047", [1]),
      ("ESR_EL1: 0x96000045\nESR: 0x93880047", [1, 2]),
      // Xen's line again.
      (
        "HSR=0x93880047 pc=0x1000 gva=0x10 gpa=0xa003010\nHSR=0x93880047 pc=0x1000 gva=0x10 gpa=0xa003010",
        [1, 2]
      ),
      ("ESR=0x93880047\nESR=0x93880047 pc=0x1000", [1]),
      // A fault from a lower EL has a lower EL's PSTATE.
      ("ESR_EL2=0x93880047 FAR_EL2=0x10\nPC=0x1000 PSTATE=0x3c9", [1, 2]),
      ("ESR_EL2=0x93880047 FAR_EL2=0x10\nPC=0x1000 PSTATE=0x3c5", [1]),
      ("ESR_EL2=0x97880047 FAR_EL2=0x10\nPC=0x1000 PSTATE=0x3c9", [1]),
      ("ESR_EL3=0x93880047 FAR_EL3=0x10\nELR_EL3=0x1000 SPSR_EL3=0x3c9", [1]),
      // Two CPUs.
      (
        "NMI backtrace for cpu 0\npstate: 60400005 (nZCv daif)\npc : spin+0x10/0x20\n"
          + "NMI backtrace for cpu 1\npstate: 60400005 (nZCv daif)\npc : wait+0x10/0x20", [1, 4]
      ),
      ("pstate: 60400005 (nZCv daif)\npc : spin+0x10/0x20\npc : spin+0x10", [1]),
      ("pstate: 60400005\npc : spin+0x10/0x20\npc : wait+0x10/0x20 pstate: 60400005", [1, 3]),
    ] as [(String, [Int])])
  func reportsArePartedWhereTheyMust(text: String, lines: [Int]) throws {
    #expect(try Self.answers(text).map(\.line) == lines)
  }

  /// Text before the different value belongs to that line's report.
  @Test func aLineIsOfOneReport() throws {
    let event = "kvm_guest_fault: ipa 0x9000000, hsr 0x93830007, hxfar 0x18, pc 0x1000\n"
    let other = event.replacing("0x93830007", with: "0x93840007")
    #expect(
      try Self.answers(event + other + other).map(\.ipa) == [
        Hex(0x900_0018), Hex(0x900_0018), Hex(0x900_0018),
      ])
  }

  @Test func json() throws {
    let log = try Self.log("xen-guest-abort")
    try GoldenText.expect(Self.run(log, format: .jsonl).output, "decode-log-jsonl")
    let lines = Self.run(log, format: .jsonl).output.split(separator: "\n")
    let array = Self.run(log, format: .json).output
    #expect(array == "[\n" + lines.joined(separator: ",\n") + "\n]\n")
    for line in lines {
      let answer = try JSONDecoder().decode(LoggedFaultAnswer.self, from: Data(line.utf8))
      #expect(answer.ipa != nil && answer.findings.count == 4)
    }
  }

  @Test(
    arguments: [
      "esr=EsrEl2(0x96000045), far=VirtAddr(0x10)", "ESR_EL2 (0x96000045) FAR_EL2 (0x10)",
      "ESR_EL2=0x9600_0045 FAR_EL2=0x0000_0010", "ESR_EL2: (0x96000045), FAR_EL2: (0x10)",
      "Data fault at virtual address 0x10, ESR 0x96000045", "esr: 96000045 far: 00000010",
    ])
  func othersWrite(text: String) throws {
    let found = try Self.answers(text).first?.findings
    #expect(found?.first { $0.register.hasPrefix("ESR") }?.value == Hex(0x9600_0045))
    #expect(found?.first { $0.register.hasPrefix("FAR") }?.value == Hex(0x10))
  }

  /// An address has 52 bits if the CPU has FEAT_LPA.
  @Test func theAddressOfATranslation() throws {
    let answer = try #require(Self.answers("ESR=0xbe000000 PAR=0xff0f123456789b80").first)
    #expect(answer.findings.last?.summary == "PA 0xf123456789000")
  }

  /// KVM: arch/arm64/kvm/trace_arm.h (kvm_guest_fault).
  @Test func aTraceEventOfKVM() throws {
    let text =
      "vcpu-7-12 [001] 1.5: kvm_guest_fault: ipa 0x9000000, hsr 0x93830007, hxfar 0xffff80001001d018, "
      + "pc 0xffff800010652b74"
    #expect(
      try Self.answers(text).map(\.summary) == [
        "a lower EL read 4 bytes from IPA 0x9000018 (translation fault, level 3) into w3 at pc "
          + "0xffff800010652b74"
      ])
  }

  /// A line is searched for its phrases once, not again for each word: a line can have any number of words, and
  /// searching the whole line for each of them would take hours.
  @Test func aLineOfManyWords() throws {
    let words = ["lr ", "address ", "code ", "at ", "elr ", "status ", "pc:", "x0 = "].map {
      String(repeating: $0, count: 20_000)
    }
    let line = words.joined() + "; esr=0x96000045 far=0x10"
    #expect(
      try Self.answers(line).map(\.summary) == [
        "code at the same EL wrote to 0x10 (translation fault, level 1)"
      ])
    // A phrase that doesn't keep the line can't search it.
    for child in Mirror(reflecting: LogPhrase("esr (reloc) lr")).children {
      #expect(!(child.value is String) && !(child.value is [UInt8]), "\(child.label ?? "")")
    }
  }

  /// A log may come from anywhere.
  @Test func anyBytesAreALog() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = try Self.names.map { try Self.log($0) }
    for _ in 0..<300 {
      var text = pieces.randomElement(using: &random) ?? []
      for _ in 0..<20 {
        let index = Int.random(in: 0..<text.count, using: &random)
        switch UInt8.random(in: 0..<3, using: &random) {
        case 0: text[index] = UInt8.random(in: 0...255, using: &random)
        case 1: text.removeSubrange(index..<min(text.count, index + 5))
        default: text.insert(contentsOf: Array("esr: \u{1b}[0x".utf8), at: index)
        }
        if text.isEmpty { text = [0] }
      }
      let run = Self.run(text)
      // No character that a terminal interprets gets through.
      #expect(
        run.output.unicodeScalars.allSatisfy {
          $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7f)
        })
    }
  }
}
