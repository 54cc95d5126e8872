/// A field that a register doesn't have.
public struct NoSuchField: Error, Equatable, CustomStringConvertible {
  /// The register's name, as typed.
  public let register: String
  /// The field's name; with dots for a field of a field.
  public let field: String
  /// The fields that the register has.
  public let fields: [String]

  /// A sentence without a full stop.
  public var description: String {
    "$\(register) has no field '\(field)': "
      + (fields.isEmpty
        ? "none of its fields are known" : "it has " + fields.joined(separator: " "))
  }

  /// Runs `body`, which looks up what is at a column of an expression.
  ///
  /// - Throws: `ExpressionError` with that column if a field doesn't exist, and whatever else `body` throws.
  static func placing<R>(at column: Int, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as NoSuchField {
      throw ExpressionError(.noSuchField(error), column: column)
    }
  }
}
