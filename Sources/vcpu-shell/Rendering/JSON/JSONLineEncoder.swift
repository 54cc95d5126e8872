/// Writes a value as JSON: one line, keys in the order in which they are declared, nil optionals omitted.
///
/// Foundation's encoder has only alphabetical order, and takes three times as long, since it builds a tree first. An
/// answer's first key, `kind`, says what it is.
///
/// This one writes immediately, so a value must encode its parts in order: a container ends as soon as one outside of
/// it is written to. Synthesized coding does this.
struct JSONLineEncoder: Encoder {
  fileprivate let line: JSONLine
  /// The object that the value's keys go to; nil for a new one.
  fileprivate var scope: JSONWriter.Scope?

  /// The line, without a newline.
  ///
  /// - Throws: `EncodingError` for a number that isn't finite, and the value's own errors.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let line = JSONLine()
    try line.encode(value)
    return line.writer.bytes
  }

  /// The line of a value with synthesized coding, with its newline.
  static func line(of value: some Encodable) -> [UInt8] {
    do {
      return try bytes(of: value) + [UInt8(ascii: "\n")]
    } catch {
      // Answers consist of strings, whole numbers and containers of these.
      preconditionFailure("\(value) cannot be written as JSON: \(error)")
    }
  }

  /// One object with the keys of two values, those of `head` first.
  static func bytes(of head: some Encodable, and tail: some Encodable) throws -> [UInt8] {
    let line = JSONLine()
    let encoder = JSONLineEncoder(line: line, scope: line.writer.object())
    try head.encode(to: encoder)
    try tail.encode(to: encoder)
    line.writer.close(to: 0)
    return line.writer.bytes
  }

  /// Not kept: errors describe their own context.
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedContainer(line: line, scope: scope ?? line.object()))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedContainer(line: line, scope: line.writer.array())
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleValueContainer(line: line)
  }
}

/// The line that the containers share. Each of its methods accesses the writer only once, since every access is
/// checked.
private final class JSONLine {
  var writer = JSONWriter()
  /// The kind of the answer whose object comes next.
  private var kind: String?

  /// Begins the object of the value that is being encoded.
  func object() -> JSONWriter.Scope {
    let scope = writer.object()
    if let kind {
      writer.key("kind", of: scope)
      writer.string(kind)
      self.kind = nil
    }
    return scope
  }

  /// Writes any value. The compiler resolves the type tests if it knows the type.
  fileprivate func encode<T: Encodable>(_ value: T) throws {
    if T.self == String.self { return writer.string(value as! String) }
    if T.self == Hex.self { return writer.hex(value as! Hex) }
    if T.self == Int.self { return writer.integer(value as! Int) }
    if T.self == Bool.self { return writer.bool(value as! Bool) }
    if T.self == AnyAnswer.self { return try encode((value as! AnyAnswer).answer) }
    kind = (T.self as? any Answer.Type)?.kind
    let depth = writer.depth
    try value.encode(to: JSONLineEncoder(line: self))
    writer.closeValue(to: depth)
  }

  /// Writes a value without containers, which is what the standard library's types encode in the end.
  fileprivate func primitive<T: Encodable>(_ value: T) throws {
    switch value {
    case let text as String: writer.string(text)
    case let truth as Bool: writer.bool(truth)
    case let number as any BinaryInteger: writer.integer(number)
    case let number as Double: try finite(number)
    case let number as Float: try finite(number)
    default: try encode(value)
    }
  }

  private func finite(_ value: some BinaryFloatingPoint & CustomStringConvertible) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: [], debugDescription: "JSON has no number \(value)"))
    }
    writer.number(value)
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let line: JSONLine
  let scope: JSONWriter.Scope
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) {
    line.writer.key(key.stringValue, of: scope)
    line.writer.null()
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    line.writer.key(key.stringValue, of: scope)
    try line.encode(value)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder(forKey: key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    superEncoder(forKey: key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    line.writer.key("super", of: scope)
    return JSONLineEncoder(line: line)
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    line.writer.key(key.stringValue, of: scope)
    return JSONLineEncoder(line: line)
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let line: JSONLine
  let scope: JSONWriter.Scope
  var codingPath: [any CodingKey] { [] }
  private(set) var count = 0

  init(line: JSONLine, scope: JSONWriter.Scope) {
    self.line = line
    self.scope = scope
  }

  mutating func encodeNil() {
    element()
    line.writer.null()
  }

  mutating func encode<T: Encodable>(_ value: T) throws {
    element()
    try line.encode(value)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder().container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    superEncoder().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    element()
    return JSONLineEncoder(line: line)
  }

  private mutating func element() {
    line.writer.element(of: scope)
    count += 1
  }
}

private struct SingleValueContainer: SingleValueEncodingContainer {
  let line: JSONLine
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { line.writer.null() }
  func encode<T: Encodable>(_ value: T) throws { try line.primitive(value) }
}
