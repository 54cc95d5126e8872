/// Splits the text of an expression into tokens.
struct Lexer {
  private let text: [Character]
  private var index = 0

  private init(_ text: String) { self.text = Array(text) }

  /// The tokens of a text; the last one is `.end`.
  ///
  /// - Parameter isWord: whether a name with a hyphen in it (`mmio-write`) is one word. Any other
  ///   hyphen is a minus.
  static func tokens(
    of text: String, isWord: (String) -> Bool
  ) throws(ExpressionError) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next(isWord)
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private mutating func next(_ isWord: (String) -> Bool) throws(ExpressionError) -> Token {
    while index < text.count, text[index].isWhitespace { index += 1 }
    let start = index
    guard index < text.count else { return token(.end, from: start) }
    let first = text[index]
    if Self.isDigit(first) {
      let literal = takeWhile(Self.isNameCharacter)
      return token(.number(try NumberLiteral.typed(literal, column: start + 1)), from: start)
    }
    if Self.isNameStart(first) { return name(from: start, isWord) }
    if first == "$" { return try dollar(from: start) }
    if first == "'" { return try quoted(from: start) }
    for length in [3, 2, 1] where index + length <= text.count {
      let mark = String(text[index..<index + length])
      if Self.marks.contains(mark) {
        index += length
        return token(.mark(mark), from: start)
      }
    }
    throw ExpressionError(.unexpectedCharacter(String(first)), column: start + 1)
  }

  private static let marks: Set<String> = [
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->",
    "+", "-", "*", "/", "%", "<", ">", "&", "^", "|", "~", "!", "?", ":", "(", ")", "[", "]", "=",
    ".", "@",
  ]

  private func token(_ kind: Token.Kind, from start: Int) -> Token {
    Token(kind: kind, column: start + 1, text: String(text[start..<index]))
  }

  private mutating func takeWhile(_ belongs: (Character) -> Bool) -> String {
    let start = index
    while index < text.count, belongs(text[index]) { index += 1 }
    return String(text[start..<index])
  }

  // MARK: Names

  private mutating func name(from start: Int, _ isWord: (String) -> Bool) -> Token {
    var name = takeWhile(Self.isNameCharacter)
    if let space = space(named: name) { return token(.prefix(space), from: start) }
    // The scopes of a symbol and the members of a variable look the same: which they are depends on the first part.
    while let length = separatorLength, Self.isNameCharacter(text[index + length]) {
      name += String(text[index..<index + length])
      index += length
      name += takeWhile(Self.isNameCharacter)
    }
    extendToLongestWord(&name, isWord)
    return token(.name(name, isQuoted: false), from: start)
  }

  /// The length of a `.` or `::` here that something follows; nil if there is none.
  private var separatorLength: Int? {
    if index + 1 < text.count, text[index] == "." { return 1 }
    return index + 2 < text.count && text[index] == ":" && text[index + 1] == ":" ? 2 : nil
  }

  /// Takes the rest of `guest:` or `guest[cpu 1]:` after the name; nil if it isn't a space.
  private mutating func space(named name: String) -> AddressSpace? {
    guard let kind = AddressSpace.Kind(rawValue: name), index < text.count else { return nil }
    if text[index] == ":" {
      // `guest::f` is a symbol.
      if index + 1 < text.count, text[index + 1] == ":" { return nil }
      index += 1
      return AddressSpace(kind)
    }
    guard text[index] == "[", let close = text[index...].firstIndex(of: "]"),
      close + 1 < text.count, text[close + 1] == ":",
      let owner = AddressSpace.Owner(String(text[(index + 1)..<close])),
      let space = AddressSpace(kind, ofAny: owner)
    else { return nil }
    index = close + 2
    return space
  }

  /// Takes `-write` after `mmio` if `mmio-write` is a word. The longest word wins; only a few
  /// hyphens are tried, so that a long difference does not take quadratic time.
  private mutating func extendToLongestWord(_ name: inout String, _ isWord: (String) -> Bool) {
    var candidate = name
    var end = index
    for _ in 0..<4 {
      guard end + 1 < text.count, text[end] == "-", Self.isNameStart(text[end + 1]) else { return }
      candidate += "-"
      end += 1
      while end < text.count, Self.isNameCharacter(text[end]) {
        candidate.append(text[end])
        end += 1
      }
      if isWord(candidate) {
        name = candidate
        index = end
      }
    }
  }

  /// A name after `$`, or a value of the history.
  private mutating func dollar(from start: Int) throws(ExpressionError) -> Token {
    var end = start + 1
    while end < text.count, Self.isNameCharacter(text[end]) { end += 1 }
    let name = String(text[start + 1..<end])
    if end == start + 1, end < text.count, text[end] == "$" {
      index = end + 1
      return token(.history(.last(try historyNumber(from: start) ?? 1)), from: start)
    }
    guard name.allSatisfy(Self.isDigit) else { return try register(from: start) }
    index = start + 1
    guard let number = try historyNumber(from: start) else {
      return token(.history(.last(0)), from: start)
    }
    return token(.history(.number(number)), from: start)
  }

  /// The digits that follow; nil if there are none.
  private mutating func historyNumber(from start: Int) throws(ExpressionError) -> Int? {
    let digits = takeWhile(Self.isDigit)
    guard !digits.isEmpty else { return nil }
    guard let number = Int(digits) else {
      throw ExpressionError(.numberTooLarge(digits), column: start + 1)
    }
    return number
  }

  /// `$x0`, `$guest.x0`, `$esr_el2.ec`.
  private mutating func register(from start: Int) throws(ExpressionError) -> Token {
    var path: [String] = []
    repeat {
      index += 1
      let part = takeWhile(Self.isNameCharacter)
      guard !part.isEmpty else {
        let found = index < text.count ? String(text[index]) : nil
        throw ExpressionError(
          .expected("a field's name", found: found), column: index + 1)
      }
      path.append(part)
    } while index < text.count && text[index] == "."
    return token(.register(path), from: start)
  }

  // MARK: Quotes

  /// One character between quotes is a number, anything longer a symbol.
  private mutating func quoted(from start: Int) throws(ExpressionError) -> Token {
    index += 1
    let content = index
    while index < text.count, text[index] != "'" {
      index += text[index] == "\\" ? 2 : 1
    }
    guard index < text.count else {
      index = text.count
      throw ExpressionError(.unterminatedQuote, column: start + 1)
    }
    let inner = text[content..<index]
    index += 1
    if inner.count > 1, inner.first != "\\" {
      return token(.name(String(inner) + scoped(), isQuoted: true), from: start)
    }
    guard let value = CharacterLiteral.value(of: String(inner)) else {
      throw ExpressionError(.invalidCharacter(String(inner)), column: start + 1)
    }
    return token(.character(value), from: start)
  }

  /// What follows a quoted file or function, as in `'main.c'::counter`; empty without it.
  private mutating func scoped() -> String {
    let rest = text[index...]
    guard rest.starts(with: "::"), let first = rest.dropFirst(2).first, Self.isNameStart(first)
    else { return "" }
    let name = rest.dropFirst(2).prefix { Self.isNameStart($0) || Self.isDigit($0) }
    index = name.endIndex
    return "::" + name
  }

  // MARK: Characters

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }

  private static func isNameStart(_ character: Character) -> Bool {
    character == "_" || (character.isASCII && character.isLetter)
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    isNameStart(character) || isDigit(character)
  }
}
