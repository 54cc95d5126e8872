/// A line of a log, reduced to its visible text.
enum LogLine {
  /// The text of a line's bytes, without its end, CR, colours and other escape sequences (ECMA-48, 5.4 and 5.6). Other
  /// control characters become blanks.
  static func text(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var state = State.text
    for byte in bytes {
      switch (state, byte) {
      case (.text, 0x1b): state = .escape
      case (.text, UInt8(ascii: "\r")): break
      case (.text, 0..<0x20), (.text, 0x7f): text.append(UInt8(ascii: " "))
      case (.text, _): text.append(byte)
      case (.escape, UInt8(ascii: "[")): state = .control
      case (.escape, UInt8(ascii: "]")): state = .command
      // In sequences such as ESC ( B, the last byte ends the sequence.
      case (.escape, 0x20...0x2f): break
      case (.escape, _): state = .text
      // Parameters and intermediates, then the byte that ends it.
      case (.control, 0x20...0x3f): break
      case (.control, _): state = .text
      case (.command, 0x07): state = .text
      case (.command, 0x1b): state = .escape
      case (.command, _): break
      }
    }
    return text
  }

  private enum State { case text, escape, control, command }
}
