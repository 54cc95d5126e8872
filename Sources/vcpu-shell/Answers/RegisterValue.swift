internal import VCpuDebug

/// Numbers of 64 bits as a person types or pastes them.
enum RegisterValue {
  /// The value of `0x2a`, `42`, `0b101010` or `0o52`, with `_` between digits. A leading zero alone says
  /// nothing: dumps of a kernel have hexadecimal numbers that way, C has octal ones.
  static func parse(_ text: String) throws(ShellError) -> UInt64 {
    let digits = text.replacing("_", with: "")
    if digits.first == "0", digits.dropFirst().first?.isNumber == true {
      throw ShellError("'\(text)' may be octal or hexadecimal: write 0o… or 0x…")
    }
    do {
      return try NumberLiteral.value(of: text)
    } catch {
      switch error.code {
      case .numberTooLarge: throw ShellError("\(text) does not fit 64 bits")
      default: throw ShellError("'\(text)' is not a number: write 0x2a, 42, 0b101010 or 0o52")
      }
    }
  }
}
