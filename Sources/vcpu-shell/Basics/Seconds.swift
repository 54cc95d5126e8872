/// Times as people write them: `2 s`, `500 ms`, `1.5`.
enum Seconds {
  /// - Throws: `ShellError` for a text that isn't a time, or a time of more than a year.
  static func parsing(_ text: String) throws(ShellError) -> Double {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count).trimmed
    let factors = ["": 1, "s": 1, "ms": 0.001, "us": 0.000_001, "min": 60, "h": 3600]
    guard let value = Double(number), let factor = factors[unit] else {
      throw ShellError("'\(text)' is not a time: write 2 s, 500 ms or 1.5")
    }
    let seconds = value * factor
    guard seconds > 0, seconds < 366 * 86400 else {
      throw ShellError("'\(text)' is too long a time")
    }
    return seconds
  }

  static func text(_ seconds: Double) -> String {
    if seconds < 1 { return "\(number(seconds * 1000)) ms" }
    return "\(number(seconds)) s"
  }

  private static func number(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
