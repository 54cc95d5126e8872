/// A JSON value as it is written: with duplicate keys, and numbers as their digits. Foundation's decoder would treat
/// some different texts as the same.
enum RequestJSON: Equatable {
  case null
  case bool(Bool)
  /// The number's text: digits, sign, point and exponent.
  case number(String)
  case string(String)
  case array([RequestJSON])
  case object([Member])

  /// A key of an object and its value.
  struct Member: Equatable {
    let key: String
    let value: RequestJSON
  }

  /// - Parameter bytes: one value, in UTF-8, with blanks around it (RFC 8259).
  /// - Throws: `RequestJSONError` for anything else.
  init(_ bytes: ArraySlice<UInt8>) throws(RequestJSONError) {
    var parser = RequestJSONParser(bytes)
    self = try parser.parse()
  }
}

/// Why the bytes are not JSON.
struct RequestJSONError: Error, Equatable {
  /// What is wrong.
  let reason: String
  /// The column of the error, from 1.
  let column: Int
}

/// Reads a JSON value strictly by RFC 8259.
private struct RequestJSONParser {
  private let start: Int
  private var rest: ArraySlice<UInt8>
  private var depth = 0

  /// The nesting limit. A request is an object with an array in it.
  private static let depthLimit = 16

  init(_ bytes: ArraySlice<UInt8>) {
    start = bytes.startIndex
    rest = bytes
  }

  mutating func parse() throws(RequestJSONError) -> RequestJSON {
    guard !rest.starts(with: [0xef, 0xbb, 0xbf]) else {
      throw error("unexpected byte order mark")
    }
    let value = try value()
    skipBlanks()
    guard rest.isEmpty else { throw error("unexpected text after the value") }
    return value
  }

  private func error(_ reason: String) -> RequestJSONError {
    RequestJSONError(reason: reason, column: rest.startIndex - start + 1)
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
  }

  /// Takes a character, if it comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  private mutating func value() throws(RequestJSONError) -> RequestJSON {
    skipBlanks()
    guard let first = rest.first else { throw error("unexpected end") }
    switch first {
    case UInt8(ascii: "{"):
      return try nested { parser throws(RequestJSONError) in try parser.object() }
    case UInt8(ascii: "["):
      return try nested { parser throws(RequestJSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: break
    }
    if takeWord("null") { return .null }
    if takeWord("true") { return .bool(true) }
    if takeWord("false") { return .bool(false) }
    throw error("expected a value")
  }

  private mutating func nested(
    _ body: (inout RequestJSONParser) throws(RequestJSONError) -> RequestJSON
  ) throws(RequestJSONError) -> RequestJSON {
    guard depth < Self.depthLimit else { throw error("nested too deep") }
    depth += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(RequestJSONError) -> RequestJSON {
    rest = rest.dropFirst()
    skipBlanks()
    var members: [RequestJSON.Member] = []
    if take("}") { return .object([]) }
    while true {
      skipBlanks()
      guard rest.first == UInt8(ascii: "\"") else {
        throw error(rest.isEmpty ? "unexpected end" : "expected a key in quotes")
      }
      let key = try string()
      skipBlanks()
      guard take(":") else {
        throw error(rest.isEmpty ? "unexpected end" : "expected ':'")
      }
      members.append(RequestJSON.Member(key: key, value: try value()))
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else {
        throw error(rest.isEmpty ? "unexpected end" : "expected ',' or '}'")
      }
    }
  }

  private mutating func array() throws(RequestJSONError) -> RequestJSON {
    rest = rest.dropFirst()
    skipBlanks()
    if take("]") { return .array([]) }
    var values: [RequestJSON] = []
    while true {
      values.append(try value())
      skipBlanks()
      if take("]") { return .array(values) }
      guard take(",") else {
        throw error(rest.isEmpty ? "unexpected end" : "expected ',' or ']'")
      }
    }
  }

  private mutating func number() throws(RequestJSONError) -> String {
    let before = rest
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: before[..<rest.startIndex], as: UTF8.self)
  }

  private mutating func digits() throws(RequestJSONError) {
    let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    guard count > 0 else { throw error("expected a digit") }
    rest = rest.dropFirst(count)
  }

  private mutating func string() throws(RequestJSONError) -> String {
    rest = rest.dropFirst()
    var bytes: [UInt8] = []
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "\""):
        rest = rest.dropFirst()
        return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"): bytes += Array(String(try escape()).utf8)
      case ..<0x20: throw error("a control character within quotes must be escaped")
      default:
        let plain = rest.prefix {
          $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        bytes += plain
        rest = rest.dropFirst(plain.count)
      }
    }
    throw error("missing closing quote")
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  /// The character that an escape stands for.
  private mutating func escape() throws(RequestJSONError) -> Unicode.Scalar {
    if takeWord("\\u") {
      let first = try codeUnit()
      if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
      // A high surrogate: the low one must follow.
      guard UTF16.isLeadSurrogate(first), takeWord("\\u") else {
        throw error("unpaired surrogate")
      }
      let second = try codeUnit()
      guard UTF16.isTrailSurrogate(second) else { throw error("unpaired surrogate") }
      return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }
    guard let letter = rest.dropFirst().first, let scalar = Self.escapes[letter] else {
      throw error("unknown escape")
    }
    rest = rest.dropFirst(2)
    return scalar
  }

  private mutating func codeUnit() throws(RequestJSONError) -> UInt16 {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("'\\u' needs four hexadecimal digits") }
    rest = rest.dropFirst(4)
    return unit
  }
}
