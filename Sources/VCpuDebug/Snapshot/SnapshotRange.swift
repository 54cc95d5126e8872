/// Memory that a person wants in a snapshot.
public struct SnapshotRange: Equatable, Sendable {
  /// Whose addresses they are.
  public let space: AddressSpace
  /// The address of the first byte.
  public let start: UInt64
  /// How many bytes there are.
  public let byteCount: Int

  /// A range.
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

  /// The range of a text: `hv:0x40200000..0x40201000`, whose end does not belong to it, or `$sp,+4096`. Both parts are
  /// expressions; without a prefix the range is of what the selected registers are of.
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
