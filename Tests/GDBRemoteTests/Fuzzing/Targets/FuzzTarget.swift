@testable import GDBRemote

/// Code that accepts any bytes, and the conditions that its results must meet.
///
/// The tests run it with the inputs under `Corpus`; `scripts/fuzz` compiles this folder together with
/// the library and feeds it with what libFuzzer makes up.
struct FuzzTarget: Sendable {
  /// Its name in `scripts/fuzz`, and the name of its input folder.
  let name: String

  /// Throws an `OracleFailure` if something is wrong. The caller detects traps and endless loops.
  let check: @Sendable ([UInt8]) throws -> Void

  static let all = [packet, stop, description, session]
}

/// What is wrong.
struct OracleFailure: Error, CustomStringConvertible {
  let description: String
}

/// Throws if `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw OracleFailure(description: what()) }
}

/// Throws if they differ.
func requireEqual<T: Equatable>(
  _ actual: T, _ expected: T, _ what: @autoclosure () -> String
) throws {
  try require(actual == expected, "\(what()): \(actual) instead of \(expected)")
}
