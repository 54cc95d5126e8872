internal import VCpuDebug

/// The text of `printf`.
struct FormattedText {
  private let format: FormatText

  init(parsing text: String) throws { format = try FormatText(parsing: text) }

  /// The maximum length of a text in memory.
  private static let maximumTextByteCount = 4096

  /// The text, with the current values.
  func text(in shell: Shell) throws -> String {
    var arguments = format.arguments[...]
    var text = ""
    for part in format.parts {
      switch part {
      case .text(let piece): text += piece
      case .conversion(let conversion):
        guard let argument = arguments.popFirst() else { return text }
        text += try Self.text(of: argument, conversion, in: shell)
      }
    }
    return text
  }

  private static func text(
    of argument: String, _ conversion: FormatText.Conversion, in shell: Shell
  ) throws -> String {
    if conversion.letter == "s", argument.first == "\"" {
      let (text, rest) = try FormatText.quoted(argument)
      guard rest.trimmed.isEmpty else { throw ShellError("'\(argument)' is not a text in quotes") }
      return conversion.padded(cut(text, conversion))
    }
    let value = try shell.value(of: argument)
    switch conversion.letter {
    case "s":
      if case .word(let word)? = value.displayType {
        return conversion.padded(cut(word, conversion))
      }
      return conversion.padded(cut(try string(at: value, in: shell), conversion))
    case "c":
      return conversion.padded(
        String(decoding: [UInt8(truncatingIfNeeded: value.bits)], as: UTF8.self))
    default: return conversion.text(of: value.bits)
    }
  }

  private static func cut(_ text: String, _ conversion: FormatText.Conversion) -> String {
    conversion.precision.map { String(text.prefix($0)) } ?? text
  }

  /// The text at an address, up to its zero byte.
  private static func string(at address: Value, in shell: Shell) throws -> String {
    let session = try shell.requireSession()
    let space = try session.expressions.space(of: address)
    var bytes: [UInt8] = []
    while bytes.count < maximumTextByteCount {
      // No further than the end of a page: the next one may not be mapped.
      let next = address.bits &+ UInt64(bytes.count)
      let count = min(256, Int(4096 - next % 4096))
      let piece = try session.memory.read(space, next, byteCount: count)
      if let end = piece.firstIndex(of: 0) {
        return String(decoding: bytes + piece[..<end], as: UTF8.self)
      }
      bytes += piece
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
