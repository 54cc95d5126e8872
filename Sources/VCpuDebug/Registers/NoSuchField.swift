/// A field that a register does not have.
public struct NoSuchField: Error, Equatable, CustomStringConvertible {
  /// The register's name, as it was written.
  public let register: String
  /// The field's name; several with dots between them, for a field of a field.
  public let field: String
  /// The fields that it has.
  public let fields: [String]

  /// A sentence without its full stop.
  public var description: String {
    "$\(register) has no field '\(field)': "
      + (fields.isEmpty ? "no fields of it are known" : "it has " + fields.joined(separator: " "))
  }

  /// Runs `body`, which looks up what is at a column of an expression.
  ///
  /// - Throws: `ExpressionError` with that column where a field does not exist, and what else `body` throws.
  static func placing<R>(at column: Int, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as NoSuchField {
      throw ExpressionError(.noSuchField(error), column: column)
    }
  }
}
