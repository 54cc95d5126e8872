/// The name of a program's type in an expression: `struct avcpu_context *`, `ns::T`, `uint64_t [4]`.
public struct ProgramTypeName: Equatable, Sendable {
  /// The words of the type without pointers: `struct avcpu_context`.
  public let base: String
  /// How many `*` follow.
  public let pointerCount: Int
  /// The numbers of elements of an array, from the outermost; empty for another type.
  public let counts: [UInt64]

  /// The text with one space between words.
  public var text: String {
    base + (pointerCount > 0 ? " " + String(repeating: "*", count: pointerCount) : "")
      + (counts.isEmpty ? "" : " " + counts.map { "[\($0)]" }.joined())
  }
}
