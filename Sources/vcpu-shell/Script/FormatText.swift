/// The format of `printf`, cut at its conversions.
struct FormatText: Equatable {
  /// A part of it.
  enum Part: Equatable {
    case text(String)
    case conversion(Conversion)
  }

  /// `%-#8.4lx`.
  struct Conversion: Equatable {
    var flags: Set<Character> = []
    var width = 0
    var precision: Int?
    var letter: Character
  }

  let parts: [Part]
  /// The texts of the arguments.
  let arguments: [String]

  /// Widths and precisions are at most this much.
  static let maximumWidth = 10_000

  /// - Parameter text: `"FORMAT", ARGUMENT, …`
  /// - Throws: `ShellError` for what is none.
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

  /// A text in quotes at the beginning, and what comes after it.
  static func quoted(_ text: String) throws(ShellError) -> (text: String, rest: Substring) {
    guard text.first == "\"" else {
      throw ShellError("expected a text in quotes, such as \"x0 is %#lx\\n\"")
    }
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        let inner = text[text.index(after: text.startIndex)..<index]
        return (EscapedText.text(of: String(inner)), text[text.index(after: index)...])
      }
    }
    throw ShellError("the quote \" is not closed")
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
    var quote: Character?
    var isEscaped = false
    for character in rest {
      if let open = quote {
        if !isEscaped, character == open { quote = nil }
        isEscaped = !isEscaped && character == "\\"
      } else if character == "\"" || character == "'" {
        quote = character
        isEscaped = false
      } else if character == "(" || character == "[" {
        depth += 1
      } else if character == ")" || character == "]" {
        depth -= 1
      } else if character == ",", depth == 0 {
        arguments.append(current.trimmed)
        current = ""
        continue
      }
      current.append(character)
    }
    arguments.append(current.trimmed)
    guard arguments.allSatisfy({ !$0.isEmpty }) else {
      throw ShellError("a value is missing after ','")
    }
    return arguments
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
    while let length = rest.first, "hlqjzt".contains(length) { rest.removeFirst() }
    guard let letter = rest.popFirst(), "diuxXocps".contains(letter) else {
      let spelling = start.prefix(start.count - rest.count)
      throw ShellError("no conversion '%\(spelling)': these are %d %i %u %x %X %o %c %p %s %%")
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
  /// The text of a number.
  ///
  /// - Parameters:
  ///   - isNegative: whether it is less than 0.
  ///   - magnitude: how much it is without its sign.
  func text(isNegative: Bool, magnitude: UInt64) -> String {
    let radix = ["x": 16, "X": 16, "p": 16, "o": 8][letter] ?? 10
    var digits = String(magnitude, radix: radix, uppercase: letter == "X")
    if let precision { digits = padding("0", precision - digits.count) + digits }
    var prefix = ""
    if letter == "p" || flags.contains("#"), magnitude != 0 || letter == "p" {
      switch letter {
      case "x", "p": prefix = "0x"
      case "X": prefix = "0X"
      case "o" where !digits.hasPrefix("0"): prefix = "0"
      default: break
      }
    }
    if letter == "d" || letter == "i" {
      prefix = isNegative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
    }
    let missing = width - prefix.count - digits.count
    if flags.contains("0"), !flags.contains("-"), precision == nil {
      return prefix + padding("0", missing) + digits
    }
    return padded(prefix + digits)
  }

  /// A text with blanks around it.
  func padded(_ text: String) -> String {
    let blanks = padding(" ", width - text.count)
    return flags.contains("-") ? text + blanks : blanks + text
  }

  private func padding(_ character: Character, _ count: Int) -> String {
    String(repeating: character, count: max(0, count))
  }
}
