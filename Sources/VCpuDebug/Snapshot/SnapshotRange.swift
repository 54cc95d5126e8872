/// A range of memory that the user wants in a snapshot.
public struct SnapshotRange: Equatable, Sendable {
  /// The space of the addresses.
  public let space: AddressSpace
  /// The address of the first byte.
  public let start: UInt64
  /// How many bytes it has.
  public let byteCount: Int

  /// Creates a range.
  ///
  /// - Throws: `SnapshotError.badRange` for one that is empty or leaves the address space; `.tooLarge` for more than a
  ///   snapshot may have.
  public init(_ space: AddressSpace, _ start: UInt64, byteCount: UInt64) throws(SnapshotError) {
    guard byteCount > 0, byteCount - 1 <= UInt64.max - start else {
      throw .badRange("it is empty, or ends before it begins")
    }
    guard byteCount <= UInt64(SnapshotFile.memoryLimit) else {
      throw .tooLarge("the memory", limit: SnapshotFile.memoryLimit)
    }
    self.space = space
    self.start = start
    self.byteCount = Int(byteCount)
  }

  /// Parses a range: `hv:0x40200000..0x40201000`, which doesn't include its end, or `$sp,+4096`. Both parts are
  /// expressions; without a prefix the range is in the space of the selected registers.
  ///
  /// - Throws: `SnapshotError`, and what the expressions throw.
  public init(parsing text: String, by expressions: SessionExpressions) throws {
    func value(_ part: Substring) throws -> Value { try expressions.value(of: String(part)) }
    if let mark = text.firstRange(of: "..") {
      let start = try value(text[..<mark.lowerBound])
      let end = try value(text[mark.upperBound...])
      guard end.bits > start.bits else { throw SnapshotError.badRange("it ends before it begins") }
      try self.init(
        try expressions.space(of: start), start.bits, byteCount: end.bits - start.bits)
    } else if let mark = text.firstRange(of: ",+") {
      let start = try value(text[..<mark.lowerBound])
      try self.init(
        try expressions.space(of: start), start.bits,
        byteCount: try value(text[mark.upperBound...]).bits)
    } else {
      throw SnapshotError.badRange("write START..END, or START,+LENGTH")
    }
  }
}
