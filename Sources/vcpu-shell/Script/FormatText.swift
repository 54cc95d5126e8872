/// The format of `printf`, split at its conversions.
struct FormatText: Equatable {
  /// A part of the format.
  enum Part: Equatable {
    case text(String)
    case conversion(Conversion)
  }

  /// `%-#8.4lx`.
  struct Conversion: Equatable {
    var flags: Set<Character> = []
    var width = 0
    var precision: Int?
    /// How many bits of a number are shown, as set by `hh` and `h`.
    var bitWidth = 64
    var letter: Character
  }

  let parts: [Part]
  /// The texts of the arguments.
  let arguments: [String]

  /// The maximum of widths and precisions.
  static let maximumWidth = 10_000

  /// - Parameter text: `"FORMAT", ARGUMENT, …`
  /// - Throws: `ShellError` for a text of another form.
  init(parsing text: String) throws(ShellError) {
    let (format, rest) = try Self.quoted(text)
    parts = try Self.parts(of: format)
    arguments = try Self.arguments(rest)
    let wanted = parts.count { if case .conversion = $0 { true } else { false } }
    guard wanted == arguments.count else {
      throw ShellError(
        "the format takes \(wanted) value\(wanted == 1 ? "" : "s"), and there \(arguments.count == 1 ? "is" : "are") \(arguments.count)"
      )
    }
  }

  /// A text in quotes at the beginning, and the rest after it.
  static func quoted(_ text: some StringProtocol) throws(ShellError) -> (
    text: String, rest: Substring
  ) {
    guard text.unicodeScalars.first == "\"" else {
      throw ShellError("expected a text in quotes, such as \"x0 is %#lx\\n\"")
    }
    guard let quoted = DelimitedText(atStartOf: text, delimiter: "\"") else {
      throw ShellError("the quote \" is not closed")
    }
    return (EscapedText.text(of: String(quoted.inner)), quoted.rest)
  }

  private static func arguments(_ text: Substring) throws(ShellError) -> [String] {
    var rest = text.drop(while: \.isWhitespace)
    guard !rest.isEmpty else { return [] }
    guard rest.first == "," else {
      throw ShellError("expected ',' after the format, not '\(rest)'")
    }
    rest = rest.dropFirst()
    var arguments: [String] = []
    var current = ""
    var depth = 0
    while let character = rest.first {
      let after = quotedEnd(of: rest) ?? rest.dropFirst()
      if character == ",", depth == 0 {
        arguments.append(current.trimmed)
        current = ""
      } else {
        if "([".contains(character) { depth += 1 }
        if ")]".contains(character) { depth -= 1 }
        current += rest[..<after.startIndex]
      }
      rest = after
    }
    arguments.append(current.trimmed)
    guard arguments.allSatisfy({ !$0.isEmpty }) else {
      throw ShellError("a value is missing after ','")
    }
    return arguments
  }

  /// The rest after a text or a character in quotes; if the quotes aren't closed, nothing is left. Nil if no quote
  /// begins.
  private static func quotedEnd(of text: Substring) -> Substring? {
    guard let quote = text.unicodeScalars.first, quote == "\"" || quote == "'" else { return nil }
    return DelimitedText(atStartOf: text, delimiter: quote)?.rest ?? text[text.endIndex...]
  }

  private static func parts(of format: String) throws(ShellError) -> [Part] {
    var parts: [Part] = []
    var text = ""
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        text.append(character)
        continue
      }
      if rest.first == "%" {
        rest.removeFirst()
        text.append("%")
        continue
      }
      let start = rest
      let conversion = try conversion(&rest, start)
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
      parts.append(.conversion(conversion))
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  private static func conversion(
    _ rest: inout Substring, _ start: Substring
  ) throws(ShellError) -> Conversion {
    var conversion = Conversion(letter: " ")
    while let flag = rest.first, "-#0 +".contains(flag) {
      conversion.flags.insert(flag)
      rest.removeFirst()
    }
    conversion.width = try number(&rest) ?? 0
    if rest.first == "." {
      rest.removeFirst()
      conversion.precision = try number(&rest) ?? 0
    }
    let length = rest.prefix { "hlqjzt".contains($0) }
    conversion.bitWidth = ["hh": 8, "h": 16][length] ?? 64
    rest = rest[length.endIndex...]
    guard let letter = rest.popFirst(), "diuxXocps".contains(letter) else {
      let spelling = start.prefix(start.count - rest.count)
      throw ShellError("no conversion '%\(spelling)': use %d %i %u %x %X %o %c %p %s %%")
    }
    conversion.letter = letter
    return conversion
  }

  private static func number(_ rest: inout Substring) throws(ShellError) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let number = Int(digits), number <= maximumWidth else {
      throw ShellError("a width of \(digits) is more than \(maximumWidth)")
    }
    return number
  }
}

extension FormatText.Conversion {
  /// The text of a number: `d` and `i` show its lowest bits as signed, other letters as unsigned.
  func text(of bits: UInt64) -> String {
    let unused = UInt64(64 - bitWidth)
    guard letter == "d" || letter == "i" else {
      return text(isNegative: false, magnitude: (bits << unused) >> unused)
    }
    let number = Int64(bitPattern: bits << unused) >> Int64(unused)
    return text(isNegative: number < 0, magnitude: number.magnitude)
  }

  private func text(isNegative: Bool, magnitude: UInt64) -> String {
    let radix = ["x": 16, "X": 16, "p": 16, "o": 8][letter] ?? 10
    var digits = String(magnitude, radix: radix, uppercase: letter == "X")
    if let precision {
      // As in C, "%.0d" shows nothing for 0.
      if precision == 0, magnitude == 0, letter != "p" { digits = "" }
      digits = padding("0", precision - digits.count) + digits
    }
    let isMarked = flags.contains("#")
    let prefix =
      switch letter {
      case "p": "0x"
      case "x" where isMarked && magnitude != 0: "0x"
      case "X" where isMarked && magnitude != 0: "0X"
      case "o" where isMarked && !digits.hasPrefix("0"): "0"
      case "d", "i":
        isNegative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
      default: ""
      }
    let missing = width - prefix.count - digits.count
    if flags.contains("0"), !flags.contains("-"), precision == nil {
      return prefix + padding("0", missing) + digits
    }
    return padded(prefix + digits)
  }

  /// A text padded with blanks.
  func padded(_ text: String) -> String {
    let blanks = padding(" ", width - text.count)
    return flags.contains("-") ? text + blanks : blanks + text
  }

  private func padding(_ character: Character, _ count: Int) -> String {
    String(repeating: character, count: max(0, count))
  }
}
