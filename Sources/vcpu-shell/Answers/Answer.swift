/// A command's result, as data. Its coding keys are a contract: docs/schema.
///
/// An answer is a struct of `String`, `Bool`, `Int`, `Hex`, optionals and arrays of those, structs of the same, and
/// enums that are `String`, `Codable` and `CaseIterable`. Its schema is derived from how it decodes itself, which
/// supports nothing else: no dictionaries, no enums with payloads, no hand-written coding that depends on values.
/// A nil optional is omitted.
protocol Answer: Codable, Equatable, Sendable {
  /// The answer's kind in camel case, such as "exit" or "registers". It is the first key of its JSON, `kind`.
  static var kind: String { get }
}
