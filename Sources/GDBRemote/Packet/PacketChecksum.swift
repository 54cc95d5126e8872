/// The checksum of a packet: the sum of the framed bytes, modulo 256.
///
/// Source: GDB manual, Overview ("Packets"). It covers the bytes as they travel, so escapes and run
/// lengths are summed before they are expanded.
enum PacketChecksum {
  static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 {
    var sum: UInt8 = 0
    for byte in bytes { sum &+= byte }
    return sum
  }

  static func sum(_ bytes: [UInt8], from start: Int, to end: Int) -> UInt8 {
    var sum: UInt8 = 0
    var index = start
    while index < end {
      sum &+= bytes[index]
      index &+= 1
    }
    return sum
  }
}
