@testable import GDBRemote

/// Something that takes any bytes, and what has to be true of what it makes of them.
///
/// The tests feed it with the inputs that are kept under `Corpus`; `scripts/fuzz` compiles this folder
/// together with the library and feeds it with what libFuzzer makes up.
struct FuzzTarget: Sendable {
  /// What `scripts/fuzz` calls it, and the name of the folder of its inputs.
  let name: String

  /// Throws an `OracleFailure` if something is wrong. A trap and an endless loop are found by who
  /// calls.
  let check: @Sendable ([UInt8]) throws -> Void

  static let all = [packet, stop, description, session]
}

/// What is not as it should be.
struct OracleFailure: Error, CustomStringConvertible {
  let description: String
}

/// Throws if `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw OracleFailure(description: what()) }
}

/// Throws if both differ.
func requireEqual<T: Equatable>(
  _ actual: T, _ expected: T, _ what: @autoclosure () -> String
) throws {
  try require(actual == expected, "\(what()): \(actual) instead of \(expected)")
}
