import Foundation
import Testing

/// The guest `scripts/kvm/answers.S`: how a debugger answers its exits, and what the guest reports about them.
enum AnsweringGuest {
  /// An exit that a debugger answers.
  struct Answer {
    /// The number of the step in the guest's reports.
    let step: Int
    /// The class and the condition of the catchpoint that finds the exit.
    let catchpoint: String
    /// The command that answers it.
    let command: String
    /// What the guest reports.
    var reports: [UInt64]
    /// Whether the fourth report, FAR_EL1, is the guest's PC at the exit.
    var isAtPC = false

    /// What the command prints first.
    var prefix: String {
      switch command.prefix(while: { $0 != " " }) {
      case "skip": "skipped: "
      case "complete": "completed: "
      default: "injected: "
      }
    }

    /// The offset of the vector at which the guest continues; nil if it continues after its instruction, or where it
    /// was.
    var vectorOffset: UInt64? { (32..<44).contains(step) ? reports[1] & 0xffff : nil }
  }

  /// What a guest gets, with the tests' hypervisors and KVM taking no part.
  ///
  /// - Parameters:
  ///   - storedByte: what the device returns for the byte 0x77 that was stored there.
  ///   - isUnderKVM: there is then no step with an interrupt that is masked at first.
  ///   - hasVirtualInterface: whether the guest has a virtual interrupt controller.
  static func answers(
    storedByte: UInt64, isUnderKVM: Bool = false, hasVirtualInterface: Bool = false
  ) -> [Answer] {
    // 1023 isn't an interrupt of that controller.
    let far = hasVirtualInterface ? 1023 : farBefore
    return instructions(storedByte: storedByte) + exceptions + interrupts(far: far)
      + (isUnderKVM ? [] : [maskedInterrupt(far: far)])
      + (hasVirtualInterface ? numberedInterrupts : [])
  }

  /// Instructions that are finished or skipped.
  static func instructions(storedByte: UInt64) -> [Answer] {
    [
      call(1, "hvc", "complete 0x1234", [0x1234]),
      call(2, "hvc", "skip", [0xc600_0102]),
      call(3, "smc", "complete 0x4321", [0x4321]),
      call(4, "smc", "skip", [0xc600_0104]),
      read(5, 0x10, "complete 0xa5", [0xa5]),
      read(6, 0x20, "complete 0x80", [0xffff_ffff_ffff_ff80]),
      read(7, 0x30, "complete 0x80", [0xffff_ff80]),
      read(8, 0x40, "complete 0x8765", [0x8765]),
      read(9, 0x50, "complete 0x8765", [0xffff_ffff_ffff_8765]),
      read(10, 0x60, "complete 0x87654321", [0xffff_ffff_8765_4321]),
      read(11, 0x70, "complete 0x87654321", [0x8765_4321]),
      read(12, 0x80, "complete 0x123456789abcde", [0x12_3456_789a_bcde]),
      read(13, 0x90, "complete 0x1111", [0x5a5a]),
      Answer(
        step: 14, catchpoint: "dabt if $exit.ipa == 0xb0000a0",
        command: "complete 0x11223344556677",
        reports: [0x11_2233_4455_6677, 0x11_2233_4455_6677, 0xb0]),
      Answer(
        step: 15, catchpoint: "dabt if $exit.ipa == 0xb0000b0", command: "complete 0x89abcdef",
        reports: [0x89ab_cdef, 0xb0]),
      Answer(
        step: 16, catchpoint: "mmio-write if $exit.ipa == 0xb0000d0 && $x17 == 0x66",
        command: "skip", reports: [storedByte]),
      read(17, 0xe0, "skip", [0x5a5a]),
      Answer(
        step: 18, catchpoint: "sysreg-read if $x0 == 18", command: "complete 0xac71",
        reports: [0xac71]),
      Answer(
        step: 19, catchpoint: "sysreg-read if $x0 == 19", command: "skip", reports: [19]),
      Answer(step: 20, catchpoint: "sysreg-write if $x0 == 20", command: "skip", reports: [20]),
      Answer(step: 21, catchpoint: "wfi", command: "skip", reports: [21]),
    ]
  }

  /// Exceptions of instructions: all of D, A, I and F are masked after one.
  static let exceptions = [
    call(32, "hvc", "inject undef", taken(0x200, 0x0200_0000)),
    read(33, 0x110, "inject dabt", taken(0x200, 0x9600_0010, far: 0xb00_0110)),
    Answer(
      step: 34, catchpoint: "mmio-write if $exit.ipa == 0xb000120",
      command: "inject dabt 0xdeadbeef000",
      reports: taken(0x200, 0x9600_0050, far: 0xdea_dbee_f000)),
    read(35, 0x130, "inject undef", taken(0x200, 0x0200_0000)),
    Answer(
      step: 36, catchpoint: "sysreg-read if $x0 == 36", command: "inject undef",
      reports: taken(0x200, 0x0200_0000)),
    call(37, "hvc", "inject iabt", taken(0x200, 0x8600_0010, after: 4), isAtPC: true),
    call(
      38, "hvc", "inject iabt 0x12345678", taken(0x200, 0x8600_0010, far: 0x1234_5678, after: 4)),
    read(39, 0x140, "inject dabt", taken(0x000, 0x9600_0010, far: 0xb00_0140, mode: 4)),
    read(40, 0x150, "inject dabt", taken(0x400, 0x9200_0010, far: 0xb00_0150, mode: 0)),
  ]

  /// IRQ, FIQ and SError.
  static func interrupts(far: UInt64) -> [Answer] {
    [
      call(41, "hvc", "inject irq", taken(0x280, 0, far: far, after: 4, daif: 0x340)),
      call(42, "hvc", "inject fiq", taken(0x300, 0, far: far, after: 4, daif: 0x380)),
      call(43, "hvc", "inject serror", taken(0x380, 0xbe00_0000, far: far, after: 4, daif: 0x2c0)),
    ]
  }

  static func maskedInterrupt(far: UInt64) -> Answer {
    call(44, "hvc", "inject irq", taken(0x280, 0, far: far, daif: 0x340))
  }

  /// The value of FAR_EL1 before each exception.
  static let farBefore: UInt64 = 0xfa0

  /// With a virtual interrupt controller. The number is reported in FAR_EL1's place.
  static let numberedInterrupts = [
    call(45, "hvc", "inject irq 27", taken(0x280, 0, far: 27, after: 4, daif: 0x340)),
    call(46, "hvc", "inject irq 40", taken(0x280, 0, far: 40, daif: 0x340)),
  ]

  /// Commands that answer each exit as it comes, and print what `Answered` reads.
  static func script(_ answers: [Answer]) -> String {
    let catchpoints = answers.flatMap { answer in
      [
        "catch exit \(answer.catchpoint)", "commands", "silent", "info exit --brief",
        "print /d \(answer.step)", "print /x $exit.vcpu", "print /x $exit.pc",
        "print /x $exit.ec", answer.command, "print /x $pc", "continue", "end",
      ]
    }
    return (catchpoints + ["continue"]).joined(separator: "\n") + "\n"
  }

  // MARK: Kinds of answers

  private static func call(
    _ step: Int, _ exitClass: String, _ command: String, _ reports: [UInt64], isAtPC: Bool = false
  ) -> Answer {
    let function = String(0xc600_0100 + step, radix: 16)
    return Answer(
      step: step, catchpoint: "\(exitClass) if $x0 == 0x\(function)", command: command,
      reports: reports, isAtPC: isAtPC)
  }

  private static func read(
    _ step: Int, _ offset: UInt64, _ command: String, _ reports: [UInt64]
  ) -> Answer {
    let address = String(0xb00_0000 + offset, radix: 16)
    return Answer(
      step: step, catchpoint: "mmio-read if $exit.ipa == 0x\(address)", command: command,
      reports: reports)
  }

  /// The six values that the guest reports about an exception.
  private static func taken(
    _ vector: UInt64, _ esr: UInt64, far: UInt64 = farBefore, after: UInt64 = 0, mode: UInt64 = 5,
    daif: UInt64 = 0x3c0
  ) -> [UInt64] {
    [1, vector | 0x3c0 << 16, esr, far, after, 0x6000_0000 | daif | mode]
  }
}

/// The exits that the shell has answered by `AnsweringGuest.script`.
struct Answered {
  let step: Int
  let vcpu: Int
  /// The guest's PC at the exit, ELR_EL2.
  let pc: UInt64
  let exceptionClass: UInt64
  /// What the command printed.
  let line: String
  /// The PC after the command.
  let nextPC: UInt64

  /// - Throws: if the output isn't the script's.
  static func all(in run: ShellRun) throws -> [Self] {
    // A pending interrupt may be lost, and a warning says so.
    let lines = run.lines.filter { !$0.hasPrefix("warning: the guest masks it") }
    func number(_ index: Int) throws -> UInt64 {
      guard lines.indices.contains(index) else { throw HarnessError(run.description) }
      let text = lines[index]
      let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
      guard let value else { throw HarnessError("'\(text)' isn't a number: \(run.description)") }
      return value
    }
    return try lines.indices.filter { lines[$0].hasPrefix("#") }.map { index in
      Self(
        step: Int(try number(index + 1)), vcpu: Int(try number(index + 2)),
        pc: try number(index + 3), exceptionClass: try number(index + 4), line: lines[index + 5],
        nextPC: try number(index + 6))
    }
  }

  /// Expects each exit to have been answered once on each vCPU, in order, and the guest to have continued and
  /// reported as expected.
  ///
  /// - Parameter mask: the bits of a value that are reported.
  static func expect(
    _ answers: [AnsweringGuest.Answer], in run: ShellRun, reports: [PrintedReport],
    vcpuCount: Int = 1, mask: UInt64 = .max, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let comment = Comment(rawValue: run.description)
    let answered = try all(in: run)
    for vcpu in 0..<vcpuCount {
      let own = answered.filter { $0.vcpu == vcpu }
      #expect(own.map(\.step) == answers.map(\.step), comment, sourceLocation: sourceLocation)
      var tables: Set<UInt64> = []
      for (exit, answer) in zip(own, answers) {
        #expect(
          exit.line.hasPrefix(answer.prefix), "step \(answer.step): \(exit.line)",
          sourceLocation: sourceLocation)
        if let offset = answer.vectorOffset {
          tables.insert(exit.nextPC &- offset)
        } else if answer.step < 32 {
          // A hypercall's exit is after its instruction.
          let isCall = exit.exceptionClass == 0x16
          #expect(
            exit.nextPC == exit.pc + (isCall ? 0 : 4), "step \(answer.step)",
            sourceLocation: sourceLocation)
        }
      }
      #expect(
        tables.count <= 1 && tables.allSatisfy { $0 % 0x800 == 0 }, sourceLocation: sourceLocation)
      let ownReports = reports.filter { $0.cpu == vcpu }
      #expect(
        !ownReports.contains { $0.step == 98 }, "registers or flags have changed: \(ownReports)",
        sourceLocation: sourceLocation)
      for answer in answers {
        let got = ownReports.filter { $0.step == answer.step }.map(\.value)
        var expected = answer.reports
        if answer.isAtPC { expected[3] = own.first { $0.step == answer.step }?.pc ?? 0 }
        expected = expected.map { $0 & mask }
        #expect(
          got == expected,
          "step \(answer.step), \(answer.command): \(hexadecimal(got)), not \(hexadecimal(expected))",
          sourceLocation: sourceLocation)
      }
      #expect(
        ownReports.count == answers.reduce(0) { $0 + $1.reports.count },
        sourceLocation: sourceLocation)
    }
    #expect(answered.count == answers.count * vcpuCount, comment, sourceLocation: sourceLocation)
  }

  private static func hexadecimal(_ values: [UInt64]) -> String {
    values.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
  }
}
