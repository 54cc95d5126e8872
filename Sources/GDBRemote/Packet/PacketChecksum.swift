/// The checksum of a packet: the sum of the framed bytes, modulo 256.
///
/// Source: GDB manual, Overview ("Packets"). It covers the bytes as sent, so escapes and run
/// lengths are summed before they are expanded.
public enum PacketChecksum {
  /// The sum of `bytes`, modulo 256.
  public static func sum(_ bytes: [UInt8]) -> UInt8 { sum(bytes.span) }

  /// The sum of `bytes`, modulo 256.
  public static func sum(_ bytes: Span<UInt8>) -> UInt8 {
    var sum: UInt8 = 0
    var index = 0
    while index < bytes.count {
      // The index is below the count. Unchecked, so that the compiler can vectorise the loop.
      sum &+= unsafe bytes[unchecked: index]
      index &+= 1
    }
    return sum
  }
}
