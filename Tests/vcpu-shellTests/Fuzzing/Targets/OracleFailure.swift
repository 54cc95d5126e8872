/// A property that doesn't hold.
struct OracleFailure: Error, CustomStringConvertible {
  let description: String
}

/// Throws if `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw OracleFailure(description: what()) }
}

/// Throws if the two differ.
func requireEqual<T: Equatable>(
  _ actual: T, _ expected: T, _ what: @autoclosure () -> String
) throws {
  try require(actual == expected, "\(what()): \(actual) instead of \(expected)")
}

/// The value of `body`; nil if that throws an error with a message.
func accepted<R>(_ what: String, _ body: () throws -> R) throws -> R? {
  do {
    return try body()
  } catch let failure as OracleFailure {
    throw failure
  } catch {
    try require(!"\(error)".isEmpty, "an error without words: \(what)")
    return nil
  }
}
