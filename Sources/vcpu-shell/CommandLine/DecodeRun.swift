internal import ArmVCpu
internal import VCpuDebug

/// One run of `vcpu-shell decode`. What is decoded is written at once: a run has as many values as its input.
struct DecodeRun {
  let output: Output
  let format: DecodeCommand.Format
  let isDiagram: Bool
  /// The next line of standard input or of the log, without its newline; nil at its end.
  let nextLine: () -> ArraySlice<UInt8>?
  /// Whether everything could be decoded.
  private(set) var status = ExitStatus.ok

  /// Whether nothing was shown yet.
  private var isFirst = true
  private var hasNote = false

  init(
    output: Output, format: DecodeCommand.Format = .text, isDiagram: Bool = false,
    nextLine: @escaping () -> ArraySlice<UInt8>? = { nil }
  ) {
    self.output = output
    self.format = format
    self.isDiagram = isDiagram
    self.nextLine = nextLine
  }

  /// Decodes the values of a register, or names encodings for `sysreg`.
  mutating func decode(_ name: String, _ arguments: [String]) {
    let isSystemRegister = name.lowercased() == "sysreg"
    let register = DecodableRegister.named(name)
    guard register != nil || isSystemRegister else { return fail(Self.unknown(name)) }
    for argument in arguments.isEmpty ? ["-"] : arguments {
      guard argument == "-" else {
        decode(argument, of: register, place: "")
        continue
      }
      var number = 0
      while let line = nextLine() {
        number += 1
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self).trimmed
        if !text.isEmpty { decode(text, of: register, place: "line \(number): ") }
      }
    }
    finish()
  }

  private mutating func decode(_ text: String, of register: DecodableRegister?, place: String) {
    do {
      if let register {
        let reading = try RegisterValue.reading(text)
        note(reading.note(on: text))
        show(DecodedValue(register, reading.value))
      } else {
        note(RegisterValue.note(on: text))
        show(EncodingAnswer(try EncodingReader.register(text)), isApart: false)
      }
    } catch {
      fail(place + error.description)
    }
  }

  /// Says how a number is read, once: those of a log are all written in one way.
  private mutating func note(_ text: String?) {
    guard let text, !hasNote else { return }
    hasNote = true
    output.message("note: " + text)
  }

  /// Finds the faults in a log, which is what `nextLine` gives.
  mutating func decodeLog() {
    var faults = LogFaults()
    let disassembler = try? Disassembler()
    while let line = nextLine() { show(faults.add(line), disassembler) }
    show(faults.finish(), disassembler)
    if isFirst {
      fail(
        "the log has no fault: neither a syndrome (ESR, HSR) nor a fault address (FAR), nor PC with PSTATE; "
          + "'vcpu-shell decode REGISTER VALUE' decodes a number")
    }
    finish()
  }

  private mutating func show(_ faults: [LogFault], _ disassembler: Disassembler?) {
    for fault in faults { show(LoggedFaultAnswer(fault, by: disassembler), isApart: true) }
  }

  // MARK: Output

  private mutating func show(_ decoded: DecodedValue) {
    let answer = DecodedAnswer(decoded)
    guard isDiagram else { return show(answer, isApart: true) }
    if !isFirst { output.line("") }
    isFirst = false
    output.lines([answer.head] + BitDiagram(decoded: decoded).lines.map { Line($0) })
  }

  /// - Parameter isApart: whether a blank line is between this and others.
  private mutating func show(_ answer: some RenderedAnswer, isApart: Bool) {
    switch format {
    case .text:
      if isApart, !isFirst { output.line("") }
      output.lines(answer.lines(.full))
    case .json:
      output.raw(
        Array((isFirst ? "[\n" : ",\n").utf8) + JSONLineEncoder.line(of: answer).dropLast())
    case .jsonl: output.raw(JSONLineEncoder.line(of: answer))
    }
    isFirst = false
  }

  /// Ends an array.
  private mutating func finish() {
    if format == .json { output.raw(Array((isFirst ? "[]\n" : "\n]\n").utf8)) }
  }

  /// The names of the registers.
  mutating func list() {
    for register in DecodableRegister.all {
      let answer = DecodableRegisterAnswer(register)
      switch format {
      case .text:
        output.line(
          Line(
            answer.register.padded(to: 18) + answer.aliases.joined(separator: " ").padded(to: 20)
              + answer.title))
      case .json:
        output.raw(
          Array((isFirst ? "[\n" : ",\n").utf8) + JSONLineEncoder.line(of: answer).dropLast())
      case .jsonl: output.raw(JSONLineEncoder.line(of: answer))
      }
      isFirst = false
    }
    if format == .text {
      output.line(Line("SYSREG".padded(to: 38) + "names and encodings of system registers"))
    }
    finish()
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
    output.error(text)
    status = .commandFailed
  }
}
