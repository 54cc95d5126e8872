/// Finds out which keys an answer's JSON has, by watching the answer decode itself. So the schema always agrees with
/// the compiler's code for `Codable`.
final class SchemaRecorder {
  /// The form of a value.
  indirect enum Shape: Equatable {
    case string, boolean, integer, number, hex
    /// An answer of any kind.
    case answer
    case array(Shape)
    /// One of `objects` or `enumerations`, by its name.
    case named(String)
  }

  /// A key of an object.
  struct Property: Equatable {
    let name: String
    let shape: Shape
    /// Whether it is always present.
    let isRequired: Bool
  }

  /// A type that cannot be in an answer.
  struct Failure: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// The keys of each struct, by its name.
  private(set) var objects: [String: [Property]] = [:]
  /// The words of each enum, by its name.
  private(set) var enumerations: [String: [String]] = [:]

  /// The form of a value of `type`. Structs and enums in it are remembered under their names.
  ///
  /// - Throws: `Failure` for a type that cannot be in an answer.
  func shape<T: Decodable>(of type: T.Type) throws -> Shape {
    if T.self == String.self { return .string }
    if T.self == Bool.self { return .boolean }
    if T.self == Int.self { return .integer }
    if T.self == Double.self { return .number }
    if T.self == Hex.self { return .hex }
    if T.self == AnyAnswer.self { return .answer }
    if let array = T.self as? any DecodableArray.Type { return .array(try array.element(self)) }
    let name = Self.name(of: T.self)
    if T.self is any NotInAnswer.Type { throw Failure(description: "an answer has no \(name)") }
    if let enumeration = T.self as? any (CaseIterable & RawRepresentable).Type {
      enumerations[name] = try words(of: enumeration)
    } else if objects[name] == nil {
      // Before it decodes itself: it may contain an array of itself.
      objects[name] = []
      _ = try value(of: T.self)
    }
    return .named(name)
  }

  /// The name of a type, qualified by the enclosing types: `ExitAnswer.Access`.
  static func name(of type: any Any.Type) -> String {
    String(String(reflecting: type).split(separator: ".", maxSplits: 1).last ?? "")
  }

  private func words<E: CaseIterable & RawRepresentable>(of type: E.Type) throws -> [String] {
    try E.allCases.map { word in
      guard let word = word.rawValue as? String else {
        throw Failure(description: "\(Self.name(of: E.self)) isn't an enum of strings")
      }
      return word
    }
  }

  /// Any value of a type, which the types that contain it need to decode themselves.
  fileprivate func value<T: Decodable>(of type: T.Type) throws -> T {
    let value: Any? =
      switch T.self {
      case is String.Type: ""
      case is Bool.Type: false
      case is Int.Type: 0
      case is Double.Type: 0.0
      case is Hex.Type: Hex(0)
      case is AnyAnswer.Type: AnyAnswer(MessageAnswer(text: ""))
      case let array as any DecodableArray.Type: array.empty
      case let enumeration as any (CaseIterable & RawRepresentable).Type: first(of: enumeration)
      default: nil
      }
    if let value = value as? T { return value }
    let decoder = PropertyDecoder(recorder: self, typeName: Self.name(of: T.self))
    let object = try T(from: decoder)
    objects[decoder.typeName] = decoder.properties
    return object
  }

  private func first<E: CaseIterable>(of type: E.Type) -> Any? { E.allCases.first }
}

/// An array of any elements.
private protocol DecodableArray {
  static var empty: Self { get }
  static func element(_ recorder: SchemaRecorder) throws -> SchemaRecorder.Shape
}

extension Array: DecodableArray where Element: Decodable {
  fileprivate static var empty: [Element] { [] }

  fileprivate static func element(_ recorder: SchemaRecorder) throws -> SchemaRecorder.Shape {
    try recorder.shape(of: Element.self)
  }
}

/// Types that would decode themselves as if they were structs without keys: an optional in an array, and a dictionary.
private protocol NotInAnswer {}
extension Optional: NotInAnswer {}
extension Dictionary: NotInAnswer {}

/// The container that a struct decodes itself from.
private final class PropertyDecoder: Decoder {
  let recorder: SchemaRecorder
  let typeName: String
  var properties: [SchemaRecorder.Property] = []

  init(recorder: SchemaRecorder, typeName: String) {
    self.recorder = recorder
    self.typeName = typeName
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(PropertyContainer(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw failure }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw failure }

  var failure: SchemaRecorder.Failure {
    SchemaRecorder.Failure(description: "\(typeName) cannot be in an answer: see 'Answer'")
  }
}

private struct PropertyContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: PropertyDecoder
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try record(type, key, isRequired: true)
    return try decoder.recorder.value(of: type)
  }

  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    try record(type, key, isRequired: false)
    return nil
  }

  // The protocol's default methods for these types would need a value.
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try record(type, key, isRequired: false)
    return nil
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try record(type, key, isRequired: false)
    return nil
  }

  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try record(type, key, isRequired: false)
    return nil
  }

  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try record(type, key, isRequired: false)
    return nil
  }

  private func record<T: Decodable>(_ type: T.Type, _ key: Key, isRequired: Bool) throws {
    let shape = try decoder.recorder.shape(of: type)
    decoder.properties.append(
      SchemaRecorder.Property(name: key.stringValue, shape: shape, isRequired: isRequired))
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw decoder.failure }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw decoder.failure
  }

  func superDecoder() throws -> any Decoder { throw decoder.failure }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw decoder.failure }
}
