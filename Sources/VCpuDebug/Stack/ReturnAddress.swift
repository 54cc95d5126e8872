/// Return addresses without their pointer authentication codes (Arm ARM DDI 0487, D8.10).
///
/// A code is in the bits above those of the virtual address, but for bit 55, which says which half the address is in.
/// So the address has bit 55 in all of them.
struct ReturnAddress {
  /// The bits of a virtual address, 64 − TxSZ, for the half that bit 55 says; nil if they aren't known. It is called
  /// only when there seems to be a code.
  let addressBits: (_ isUpper: Bool) -> Int?

  /// The sizes of addresses that are tried where they aren't known, the likeliest first.
  private static let likelyBits = [48, 39, 52, 47, 42, 36]

  /// The address that a value of a link register means.
  ///
  /// - Parameter isCode: whether there is code at an address; nil if that isn't known.
  func stripped(_ value: UInt64, isCode: (UInt64) -> Bool?) -> UInt64 {
    // All kernels' and hypervisors' addresses have 36 bits at least.
    guard value != Self.extended(value, bits: 36), isCode(value) != true else { return value }
    if let bits = addressBits(value >> 55 & 1 == 1) { return Self.extended(value, bits: bits) }
    let likely = Self.likelyBits.map { Self.extended(value, bits: $0) }
    return likely.first { isCode($0) == true } ?? likely[0]
  }

  private static func extended(_ value: UInt64, bits: Int) -> UInt64 {
    guard (1...55).contains(bits) else { return value }
    let mask = ~UInt64(0) << UInt64(bits)
    return value >> 55 & 1 == 1 ? value | mask : value & ~mask
  }
}
