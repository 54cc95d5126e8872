internal import ArmVCpu
internal import VCpuDebug

/// One run of `vcpu-shell decode`.
struct DecodeRun {
  let isDiagram: Bool
  /// The next line of standard input or of the log, without its newline; nil at the end. `willWait` is called before a
  /// read that may take a while.
  let nextLine: (_ willWait: () -> Void) throws(LineError) -> ArraySlice<UInt8>?
  /// Where the lines come from, for errors: `standard input`, `'oops.txt'`.
  let source: String
  /// Whether everything could be decoded.
  private(set) var status = ExitStatus.ok

  private var output: DecodeOutput
  /// Whether a note on how a line's number is read was written.
  private var hasNote = false

  init(
    output: Output, format: DecodeCommand.Format = .text, isDiagram: Bool = false,
    source: String = "standard input",
    nextLine: @escaping (_ willWait: () -> Void) throws(LineError) -> ArraySlice<UInt8>? = { _ in
      nil
    }
  ) {
    self.output = DecodeOutput(output, format)
    self.isDiagram = isDiagram
    self.source = source
    self.nextLine = nextLine
  }

  /// Decodes values of a register, or names encodings for `sysreg`.
  mutating func decode(_ name: String, _ arguments: [String]) {
    let isSystemRegister = name.lowercased() == "sysreg"
    let register = DecodableRegister.named(name)
    guard register != nil || isSystemRegister else { return fail(Self.unknown(name)) }
    for argument in arguments.isEmpty ? ["-"] : arguments {
      if argument == "-" { decodeLines(of: register) } else { decode(argument, of: register, "") }
    }
    output.finish()
  }

  private mutating func decodeLines(of register: DecodableRegister?) {
    var number = 1
    while let line = line(number) {
      defer { number += 1 }
      if let register, let value = RegisterValue.plain(line) {
        show(register, value)
        continue
      }
      let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self).trimmed
      if !text.isEmpty { decode(text, of: register, "line \(number): ") }
    }
  }

  /// The next line; nil at the end. A line that is too long is an error, and returned empty. A read error is reported
  /// and ends the lines.
  private mutating func line(_ number: Int) -> ArraySlice<UInt8>? {
    do throws(LineError) {
      return try nextLine { output.flush() }
    } catch {
      switch error {
      case .tooLong:
        fail("line \(number): longer than 1 MiB")
        return []
      case .unreadable(let reason):
        fail("\(source) cannot be read: \(reason)")
        return nil
      }
    }
  }

  /// - Parameter place: where the text is, for errors.
  private mutating func decode(_ text: String, of register: DecodableRegister?, _ place: String) {
    do {
      if let register {
        let reading = try RegisterValue.reading(text)
        note(reading.note(on: text), place)
        show(register, reading.value)
      } else {
        note(RegisterValue.note(on: text), place)
        output.show(EncodingAnswer(try EncodingReader.register(text)), isApart: false)
      }
    } catch {
      fail(place + error.description)
    }
  }

  private mutating func show(_ register: DecodableRegister, _ value: UInt64) {
    if isDiagram { output.draw(register, value) } else { output.show(register, value) }
  }

  /// Notes how a number is read: each one of the command line, but only the first of the lines, which one program
  /// wrote.
  ///
  /// - Parameter place: the number's line; empty on the command line.
  private mutating func note(_ text: String?, _ place: String) {
    guard let text, place.isEmpty || !hasNote else { return }
    if !place.isEmpty { hasNote = true }
    output.flush()
    output.output.message("note: " + text)
  }

  /// Finds the faults in the log that `nextLine` reads.
  mutating func decodeLog() {
    var faults = LogFaults()
    let disassembler = try? Disassembler()
    var number = 1
    while let line = line(number) {
      show(faults.add(line), disassembler)
      number += 1
    }
    show(faults.finish(), disassembler)
    // After a read error it isn't known whether the log has a fault.
    if output.isEmpty, status == .ok {
      fail(
        "the log has no fault: neither a syndrome (ESR, HSR) nor a fault address (FAR), nor PC with PSTATE; "
          + "'vcpu-shell decode REGISTER VALUE' decodes a number")
    }
    output.finish()
  }

  private mutating func show(_ faults: [LogFault], _ disassembler: Disassembler?) {
    for fault in faults { output.show(LoggedFaultAnswer(fault, by: disassembler), isApart: true) }
  }

  /// The names of the registers.
  mutating func list() {
    for register in DecodableRegister.all {
      let answer = DecodableRegisterAnswer(register)
      let aliases = answer.aliases.joined(separator: " ")
      output.show(
        answer, text: answer.register.padded(to: 18) + aliases.padded(to: 20) + answer.title)
    }
    if output.format == .text {
      output.show("", text: "SYSREG".padded(to: 38) + "names and encodings of system registers")
    }
    output.finish()
  }

  // MARK: What goes wrong

  private static func unknown(_ name: String) -> String {
    if name.first?.isNumber == true {
      return "no register '\(name)': it comes first, such as 'decode esr \(name)'"
    }
    let names = DecodableRegister.all.flatMap { [$0.name] + $0.aliases }.map(\.description)
    let hint = NearNames.hint(of: name, in: names)
    return "no register '\(name)'"
      + (hint.isEmpty
        ? ": 'vcpu-shell decode --list' lists them, and 'decode --log FILE' reads a log" : hint)
  }

  private mutating func fail(_ text: String) {
    output.flush()
    output.output.error(text)
    status = .commandFailed
  }
}
