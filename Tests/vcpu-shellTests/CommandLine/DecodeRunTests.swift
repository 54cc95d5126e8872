import GoldenText
import Foundation
import Testing

@testable import vcpu_shell

@Suite struct DecodeRunTests {
  /// The output of `decode`.
  private final class Printed {
    var output = ""
    var errors = ""
  }

  /// Runs `decode NAME VALUE…`, and returns its output and its status.
  private func decode(
    _ name: String, _ values: String..., format: DecodeCommand.Format = .text,
    isDiagram: Bool = false, input: [String] = []
  ) -> (output: String, errors: String, status: vcpu_shell.ExitStatus) {
    let printed = Printed()
    var lines = input[...]
    var run = DecodeRun(
      output: Output { bytes, isError in
        let text = String(decoding: bytes, as: UTF8.self)
        if isError { printed.errors += text } else { printed.output += text }
      }, format: format, isDiagram: isDiagram
    ) { _ in lines.popFirst().map { Array($0.utf8)[...] } }
    run.decode(name, values)
    return (printed.output, printed.errors, run.status)
  }

  @Test func text() throws {
    var text = ""
    for (name, value) in [
      ("esr", "0x93c88006"), ("esr", "0x2000000000"), ("hcr", "0x80786f3f"), ("spsr", "0x600003c5"),
      ("spsr_el1", "0x20000030"), ("hpfar", "0xb0000"), ("par", "0xff00000040200b80"),
      ("par", "0x80d"), ("mair", "0x000000040044ffff"), ("vtcr", "0x80023558"),
      ("vttbr", "0x1000040800001"), ("midr", "0x411fd070"), ("smccc", "0xc4000003"),
      ("s2desc", "0x402007fd"), ("tcr_el2", "0"), ("icc_sgi1r_el1", "0x1000002"),
      ("esr", "0x620cd3fe"), ("esr", "0x6232c061"), ("esr_el1", "0x93880047"), ("esr", "0xe000461"),
    ] {
      text += "$ vcpu-shell decode \(name) \(value)\n" + decode(name, value).output
    }
    try GoldenText.expect(text, "decode-text")
  }

  @Test func diagrams() throws {
    var text = ""
    for (name, value) in [
      ("hcr", "0x80786f3f"), ("esr", "0x93c88006"), ("mair", "0x4004400ff"), ("far", "0x1234"),
      ("spsr", "0x600003c5"), ("id_aa64isar2_el1", "0x2"), ("vttbr", "0x1000040800001"),
    ] {
      let run = decode(name, value, isDiagram: true)
      text += "$ vcpu-shell decode \(name) \(value) --diagram\n" + run.output
      let lines = run.output.split(separator: "\n").dropFirst()
      #expect(lines.allSatisfy { $0.count <= 97 })
      // Every bit appears once, in its place.
      let rows = lines.filter { line in
        line.hasPrefix("|") && line.allSatisfy { " |01".contains($0) } && line.contains("0")
      }
      let bits: String = rows.joined().filter { $0 == "0" || $0 == "1" }
      let number = try RegisterValue.parse(value)
      let wanted = String(number, radix: 2)
      #expect(bits == String(repeating: "0", count: 64 - wanted.count) + wanted, "\(name)")
    }
    try GoldenText.expect(text, "decode-diagram")
  }

  @Test func json() throws {
    let run = decode("esr", "0x5a000000", "0x93c88006", format: .json)
    try GoldenText.expect(run.output, "decode-json")
    let array = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    #expect(array.map { $0["value"] as? String } == ["0x5a000000", "0x93c88006"])
    let fields = try #require(array[1]["fields"] as? [[String: Any]])
    let iss = try #require(fields.last?["fields"] as? [[String: Any]])
    #expect(iss.last?["meaning"] as? String == "translation fault, level 2")
    #expect(iss.last?["high"] as? Int == 5)
  }

  @Test func jsonOfErrorsAloneIsStillAnArray() {
    let run = decode("esr", "zork", format: .json)
    #expect(run.output == "[]\n")
    #expect(run.errors.hasPrefix("error: 'zork' is not a number"))
    #expect(run.status == .commandFailed)
  }

  @Test func systemRegisters() throws {
    let run = decode(
      "sysreg", "0x3a3016", "SCTLR_EL1", "sctlr", "S3_0_C1_C0_0", "tlbi vmalle1", "0xd5381000",
      "0xd5130500", "0x3efce4", "0x3a33f7", "0x623a33f6", "0x620cd3fe", "msr daifset, #0xf",
      "0xd50041bf")
    try GoldenText.expect(run.output, "decode-sysreg")
    #expect(run.errors.isEmpty && run.status == .ok)
    let json = decode("SYSREG", "0x20c00a", "0x3efce4", format: .json)
    try GoldenText.expect(json.output, "decode-sysreg-json")
  }

  @Test(
    arguments: [
      ("mrs x0, sctlr_el1", "SCTLR_EL1"), ("MSR SCTLR_EL1, XZR", "SCTLR_EL1"),
      ("dc civac, x1", "DC CIVAC"), ("tlbi  vae1is,x30", "TLBI VAE1IS"),
      ("mrs\tx2, S3_0_C1_C0_0", "SCTLR_EL1"), ("S3_0_C15_C2_0", "IMPLEMENTATION DEFINED"),
      ("s1_0_c11_c0_0", "IMPLEMENTATION DEFINED"), ("S3_0_C9_C0_0", "no architected register"),
      ("S2_0_C11_C0_7", "no architected register"),
      ("mrs x0, daif", "DAIF"),
    ])
  func systemRegistersOfInstructions(text: String, name: String) {
    let run = decode("sysreg", text)
    #expect(run.output.hasPrefix("\(name)  S"), "\(run.output)\(run.errors)")
    #expect(run.status == .ok)
  }

  @Test(
    arguments: [
      ("zork", "1", "no register 'zork': 'vcpu-shell decode --list' lists them"),
      ("hrc", "1", "no register 'hrc': did you mean HCR or HVC?"),
      ("hcr_el1", "1", "no register 'hcr_el1': did you mean"),
      ("", "1", "no register ''"),
      ("0x96000047", "1", "no register '0x96000047': it comes first, such as 'decode esr 0x9"),
      ("esr", "zork", "'zork' is not a number: write 0x2a, 42, 0b101010 or 0o52"),
      ("esr", "", "'' is not a number"), ("esr", "0x", "'0x' is not a number"),
      ("esr", "96000047h", "'96000047h' is not a number"), ("esr", "-1", "'-1' is not a number"),
      ("esr", "0096000047", "'0096000047' may be octal or hexadecimal: write 0o… or 0x…"),
      ("esr", "0x10000000000000000", "0x10000000000000000 does not fit 64 bits"),
      ("esr", "18446744073709551616", "18446744073709551616 does not fit 64 bits"),
      ("sysreg", "SCTLR_EL7", "no system register 'SCTLR_EL7': did you mean SCTLR_EL1, SCTLR_EL2"),
      ("sysreg", "zork", "no system register 'zork'"),
      ("sysreg", "0xffffffffff", "0xffffffffff is neither the ISS"),
      ("sysreg", "0x93c88006", "0x93c88006 is neither the ISS"),
      ("sysreg", "S4_0_C1_C0_0", "no system register 'S4_0_C1_C0_0'"),
      ("sysreg", "S0_0_C1_C0_0", "no system register 'S0_0_C1_C0_0'"),
      ("sysreg", "msr daifset, #16", "no system register 'msr daifset, #16'"),
      ("sysreg", "0xd5033f9f", "0xd5033f9f is neither"),
      ("sysreg", "3", "0x3 is neither the ISS"), ("sysreg", "0xd503201f", "0xd503201f is neither"),
      ("sysreg", "mrs x0", "no system register 'mrs x0'"),
      ("sysreg", "sctlr_el1 vbar_el1", "no system register"),
    ])
  func errors(name: String, value: String, message: String) {
    let run = decode(name, value)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: \(message)"), "\(run.errors)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
    #expect(run.status == .commandFailed)
  }

  @Test func aWatchpointOfCacheMaintenance() {
    let run = decode("esr", "0xd2000122")
    #expect(run.output.contains("watchpoint from a lower EL: cache maintenance"), "\(run.output)")
    #expect(decode("esr", "0xd2000062").output.contains("watchpoint from a lower EL: write"))
  }

  @Test func theOthersAreDecodedAllTheSame() {
    let run = decode("cntv_ctl", "1", "zork", "5")
    #expect(run.output.split(separator: "\n").filter { $0.hasPrefix("CNTV_CTL_EL0") }.count == 2)
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
    #expect(run.status == .commandFailed)
  }

  @Test(
    arguments: [
      ("0x1f", 31), ("31", 31), ("0b11111", 31), ("0o37", 31), ("0X1F", 31), ("0x1_f", 31),
      ("0", 0), ("18446744073709551615", UInt64.max), ("0xffff_ffff_ffff_ffff", .max),
      ("0x1fUL", 31),
    ] as [(String, UInt64)])
  func numbers(text: String, value: UInt64) throws {
    #expect(try RegisterValue.parse(text) == value)
  }

  /// Linux prints syndromes without 0x: `Internal error: Oops: 0000000096000045`.
  @Test(
    arguments: [
      ("96000045", 0x9600_0045), ("0000000096000045", 0x9600_0045), ("f2000800", 0xf200_0800),
      ("9600004f", 0x9600_004f), ("BE000000", 0xbe00_0000), ("5a", 0x5a),
      ("9600_0045", 0x9600_0045),
      ("0b12af00", 0x0b12_af00), ("ffffffffffffffff", .max), ("00000000", 0),
    ] as [(String, UInt64)])
  func numbersWithoutPrefix(text: String, value: UInt64) {
    let run = decode("esr", text)
    #expect(run.output == decode("esr", "0x" + String(value, radix: 16)).output)
    let note = "note: '\(text)' is read as 0x\(String(value, radix: 16)): a number with hexa"
    #expect(run.errors.hasPrefix(note), "\(run.errors)")
    #expect(run.errors.filter { $0 == "\n" }.count == 1)
    #expect(run.status == .ok)
  }

  /// Values that show by themselves what they are, and values that are decimal at any other length.
  @Test(
    arguments: [
      ("0x96000045", 0x9600_0045), ("42", 42), ("1234567", 1_234_567), ("123456789", 123_456_789),
      ("0b101010", 0b101010), ("0b111111", 0b111111), ("0o123456", 0o123456), ("5", 5),
    ] as [(String, UInt64)])
  func numbersWithoutNote(text: String, value: UInt64) {
    let run = decode("far", text)
    #expect(run.output == decode("far", "0x" + String(value, radix: 16)).output)
    #expect(run.errors.isEmpty && run.status == .ok)
  }

  /// A note is about a number of the command line; for input lines the first note covers all.
  @Test func notesOnNumbers() {
    let run = decode("esr", "96000045", "5", "96000046", format: .json)
    let notes = run.errors.split(separator: "\n")
    #expect(notes.count == 2)
    #expect(notes.first?.hasPrefix("note: '96000045' is read as 0x96000045") == true)
    #expect(notes.last?.hasPrefix("note: '96000046' is read as 0x96000046") == true)
    let lines = decode("esr", "-", "96000047", input: ["96000045 # a", "96000046 # b"])
    #expect(lines.errors.split(separator: "\n").count == 2)
    #expect(lines.errors.contains("'96000045'") && lines.errors.contains("'96000047'"))
    let encoding = decode("sysreg", "0020c00a")
    #expect(encoding.output == decode("sysreg", "0x20c00a").output)
    #expect(encoding.errors.hasPrefix("note: '0020c00a' is read as 0x20c00a"))
  }

  @Test func standardInput() {
    let input = ["0x1", "", "# nothing", "  5  # both", "zork", "\t"]
    let alone = decode("cntv_ctl", input: input)
    #expect(alone.output == decode("cntv_ctl", "1", "5").output)
    #expect(alone.errors.hasPrefix("error: line 5: 'zork' is not a number"))
    #expect(alone.status == .commandFailed)
    // In its place among the others.
    let between = decode("cntv_ctl", "2", "-", "4", input: ["3"])
    #expect(between.output == decode("cntv_ctl", "2", "3", "4").output)
    #expect(between.status == .ok)
    #expect(decode("cntv_ctl").output.isEmpty)
    let json = decode("cntv_ctl", format: .json)
    #expect(json.output == "[]\n" && json.status == .ok)
  }

  /// Values that arrive slowly are shown as they arrive; many values are written in large pieces.
  @Test func valuesAreWrittenAsTheyCome() {
    var pieces: [Int] = []
    var output = Output { bytes, _ in pieces.append(bytes.count) }
    var count = 0
    var run = DecodeRun(output: output, format: .jsonl) { willWait in
      if count == 2 {
        #expect(pieces.isEmpty)
        willWait()
        #expect(pieces.count == 1)
      }
      count += 1
      return count <= 3 ? Array("0x96000045".utf8)[...] : nil
    }
    run.decode("esr", [])
    #expect(pieces.count == 2 && pieces[0] == 2 * pieces[1])

    pieces = []
    count = 0
    output = Output { bytes, _ in pieces.append(bytes.count) }
    run = DecodeRun(output: output, format: .json) { _ in
      count += 1
      return count <= 1000 ? Array("0x96000045".utf8)[...] : nil
    }
    run.decode("esr", [])
    #expect(pieces.count > 10 && pieces.allSatisfy { $0 < 80_000 })
  }

  /// Runs on a descriptor's contents.
  private func run(
    on descriptor: Int32, _ body: (inout DecodeRun) -> Void
  ) -> (output: String, errors: String, status: vcpu_shell.ExitStatus) {
    let printed = Printed()
    let lines = DescriptorLines(descriptor)
    var run = DecodeRun(
      output: Output { bytes, isError in
        let text = String(decoding: bytes, as: UTF8.self)
        if isError { printed.errors += text } else { printed.output += text }
      }, source: "'input'"
    ) { (willWait) throws(LineError) in try lines.next(willWait: willWait) }
    body(&run)
    return (printed.output, printed.errors, run.status)
  }

  @Test func whatCannotBeReadIsAnError() throws {
    let folder = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/"))
    let error = "error: 'input' cannot be read: Is a directory\n"
    for body: (inout DecodeRun) -> Void in [{ $0.decodeLog() }, { $0.decode("esr", []) }] {
      let run = run(on: folder.fileDescriptor, body)
      #expect(run.errors == error && run.output.isEmpty && run.status == .commandFailed)
    }
    // In the middle: the output before it is shown.
    let printed = Printed()
    var lines = ["esr=0x96000045 far=0x10"].map { Array($0.utf8)[...] }[...]
    var run = DecodeRun(
      output: Output { bytes, _ in printed.output += String(decoding: bytes, as: UTF8.self) }
    ) { _ throws(LineError) in
      guard let line = lines.popFirst() else { throw .unreadable("Input/output error") }
      return line
    }
    run.decodeLog()
    #expect(printed.output.contains("wrote to 0x10") && run.status == .commandFailed)
    #expect(printed.output.contains("error: standard input cannot be read: Input/output error"))
  }

  @Test func aLineThatIsTooLongIsAnError() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("decode-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let long = String(repeating: "1", count: (1 << 20) + 1)
    for (last, body) in [
      ("esr=0x96000045", { $0.decodeLog() }), ("0x96000045", { $0.decode("esr", []) }),
    ] as [(String, (inout DecodeRun) -> Void)] {
      try Data("\n\(long)\n\(last)\n".utf8).write(to: file)
      let handle = try FileHandle(forReadingFrom: file)
      let run = run(on: handle.fileDescriptor, body)
      #expect(run.errors == "error: line 2: longer than 1 MiB\n")
      #expect(run.output.contains("translation fault") && run.status == .commandFailed)
    }
  }

  /// An error is shown in its place among the values.
  @Test func errorsAndValuesKeepTheirOrder() {
    var text = ""
    let output = Output { bytes, _ in text += String(decoding: bytes, as: UTF8.self) }
    var lines = ["0x1", "zork", "0x2"].map { Array($0.utf8)[...] }[...]
    var run = DecodeRun(output: output) { _ in lines.popFirst() }
    run.decode("far", [])
    let order = ["0x0000000000000001", "error: line 2", "0x0000000000000002"].map {
      text.firstRange(of: $0)?.lowerBound
    }
    #expect(!order.contains(nil))
    #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted())
  }

  @Test func theList() throws {
    let printed = Printed()
    for format in DecodeCommand.Format.allCases {
      var run = DecodeRun(
        output: Output { bytes, _ in printed.output += String(decoding: bytes, as: UTF8.self) },
        format: format)
      run.list()
      #expect(run.status == .ok)
    }
    try GoldenText.expect(printed.output, "decode-list")
  }
}
