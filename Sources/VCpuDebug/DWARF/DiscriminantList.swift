/// `DW_AT_discr_list`: the discriminant's values for an alternative (DWARF 5, 5.7.10 and 7.5.6.12).
enum DiscriminantList {
  /// The ranges in a list; those up to the first byte that makes no sense.
  static func ranges(_ bytes: [UInt8]) -> [ClosedRange<UInt64>] {
    var rest = bytes[...]
    var found: [ClosedRange<UInt64>] = []
    while let kind = rest.popFirst() {
      guard let low = unsignedLEB(&rest) else { break }
      switch kind {
      case 0: found.append(low...low)
      case 1:
        guard let high = unsignedLEB(&rest) else { return found }
        if low <= high { found.append(low...high) }
      default: return found
      }
    }
    return found
  }

  private static func unsignedLEB(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = bytes.popFirst() {
      if shift < 64 { value |= UInt64(byte & 0x7f) << shift }
      shift += 7
      if byte & 0x80 == 0 { return value }
      if shift > 128 { return nil }
    }
    return nil
  }
}
