/// What the schema says of a struct in words. Every struct in an answer or an event has it: what is not described isn't
/// a contract. A test compares the keys with those that the struct has.
protocol SchemaDescribed {
  /// What an object of this kind is, in a sentence.
  static var schemaDescription: String { get }
  /// What each key has, with its unit, and when an optional one is left out.
  static var propertyDescriptions: [String: String] { get }
}
