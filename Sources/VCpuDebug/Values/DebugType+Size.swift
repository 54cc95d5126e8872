extension DebugType {
  /// The size in bytes; nil if it isn't known before the program runs, or at all.
  var byteCount: UInt64? { byteCount(depth: 0) }

  private func byteCount(depth: Int) -> UInt64? {
    guard depth < Self.chainLimit else { return nil }
    switch kind {
    case .void, .function: return nil
    case .base(let base): return UInt64(base.byteCount)
    case .pointer, .reference: return entryByteCount ?? UInt64(layout.addressByteCount)
    case .typedef(let target), .qualified(_, let target):
      return target.byteCount(depth: depth + 1)
    case .array(let array):
      if let said = entryByteCount, !array.isVector { return said }
      guard case .known(let count) = array.count,
        let element = array.element.byteCount(depth: depth + 1)
      else { return nil }
      let (size, overflow) = count.multipliedReportingOverflow(by: element)
      return overflow ? nil : size
    case .aggregate(let aggregate): return aggregate.byteCount
    case .enumeration(let enumeration): return enumeration.byteCount.map { UInt64($0) }
    case .memberPointer: return entryByteCount ?? UInt64(layout.addressByteCount)
    case .unspecified, .malformed: return entryByteCount
    }
  }

  private var entryByteCount: UInt64? { entry?.byteSize }

  /// The number of elements of an array type; nil if it isn't known before the program runs.
  var elementCount: UInt64? {
    guard case .array(let array) = stripped.kind, case .known(let count) = array.count else {
      return nil
    }
    return count
  }
}
