internal import ArmVCpu

/// One run of `vcpu-shell decode`.
struct DecodeRun {
  let output: Output
  let format: DecodeCommand.Format
  let isDiagram: Bool
  /// The next line of standard input; nil at its end.
  let nextLine: () -> String?
  /// Whether everything could be decoded.
  private(set) var status = ExitStatus.ok

  private var isFirst = true
  private var hasNote = false
  private var values: [DecodedAnswer] = []
  private var encodings: [EncodingAnswer] = []

  init(
    output: Output, format: DecodeCommand.Format = .text, isDiagram: Bool = false,
    nextLine: @escaping () -> String? = { nil }
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
    guard register != nil || isSystemRegister else {
      if name.first?.isNumber == true {
        return fail("no register '\(name)': it comes first, such as 'decode esr \(name)'")
      }
      let names = DecodableRegister.all.flatMap { [$0.name] + $0.aliases }.map(\.description)
      return fail("no register '\(name)'" + Self.hint(name, names))
    }
    for argument in arguments.isEmpty ? ["-"] : arguments {
      guard argument == "-" else {
        decode(argument, of: register, place: "")
        continue
      }
      var number = 0
      while let line = nextLine() {
        number += 1
        let text = String(line.prefix { $0 != "#" }).trimmed
        if !text.isEmpty { decode(text, of: register, place: "line \(number): ") }
      }
    }
    guard format == .json else { return }
    printJSON(isSystemRegister)
  }

  private mutating func decode(_ text: String, of register: DecodableRegister?, place: String) {
    do {
      if let register {
        let reading = try RegisterValue.reading(text)
        note(reading.note(on: text))
        show(DecodedValue(register, reading.value))
      } else {
        note(RegisterValue.note(on: text))
        show(EncodingAnswer(try EncodingReader.register(text)))
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

  private mutating func show(_ decoded: DecodedValue) {
    let answer = DecodedAnswer(decoded)
    guard format == .text else { return values.append(answer) }
    if !isFirst { output.line("") }
    isFirst = false
    output.lines(
      isDiagram
        ? [answer.head] + BitDiagram(decoded: decoded).lines.map { Line($0) } : answer.lines(.full))
  }

  private mutating func show(_ encoding: EncodingAnswer) {
    guard format == .text else { return encodings.append(encoding) }
    output.lines(encoding.lines(.full))
  }

  private mutating func printJSON(_ isSystemRegister: Bool) {
    do {
      let text =
        isSystemRegister ? try JSONText.pretty(encodings) : try JSONText.pretty(values)
      output.raw(Array((text + "\n").utf8))
    } catch {
      fail("\(error)")
    }
  }

  /// The names of the registers.
  mutating func list() {
    do {
      guard format == .text else {
        let text = try JSONText.pretty(DecodableRegister.all.map(DecodableRegisterAnswer.init))
        return output.raw(Array((text + "\n").utf8))
      }
    } catch {
      return fail("\(error)")
    }
    for register in DecodableRegister.all {
      let aliases = register.aliases.map { $0.description.lowercased() }.joined(separator: " ")
      output.line(
        Line(
          register.name.description.padded(to: 18) + aliases.padded(to: 20)
            + register.title.description))
    }
    output.line(Line("SYSREG".padded(to: 38) + "names and encodings of system registers"))
  }

  private static func hint(_ name: String, _ names: [String]) -> String {
    let hint = NearNames.hint(of: name, in: names)
    return hint.isEmpty ? ": 'vcpu-shell decode --list' lists them" : hint
  }

  private mutating func fail(_ text: String) {
    output.error(text)
    status = .commandFailed
  }
}
