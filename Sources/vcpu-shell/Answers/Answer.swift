/// Something that a command has to tell, as data. Its coding keys are a contract: docs/schema.
///
/// An answer is a struct of `String`, `Bool`, `Int`, `Hex`, optionals and arrays of those, structs of the same, and
/// enums that are `String`, `Codable` and `CaseIterable`. Its schema is made from how it decodes itself, which finds
/// nothing else: no dictionary, no enum with payloads, no coding that is written by hand and depends on values.
/// An optional that is nil is left out.
protocol Answer: Codable, Equatable, Sendable {
  /// What it is, in camel case: "exit", "registers". The first key of its JSON, `kind`, has it.
  static var kind: String { get }
}
