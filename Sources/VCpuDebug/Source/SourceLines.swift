/// Lines of a source file.
public struct SourceLines: Equatable, Sendable {
  /// The path as the compiler recorded it.
  public let file: String
  /// The number of the first line, from 1.
  public let first: Int
  /// The lines.
  public let lines: [String]

  /// The number of the last line.
  public var last: Int { first + lines.count - 1 }
}
