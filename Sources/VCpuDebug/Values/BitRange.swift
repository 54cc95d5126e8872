internal import GDBRemote

/// A bit field's bits within its bytes.
struct BitRange: Equatable {
  /// From the least significant bit of the first byte, or the most significant one on a big-endian target; below 8.
  let offset: UInt64
  /// At most 64.
  let count: UInt64

  /// How many bytes hold them.
  var byteCount: UInt64 { (offset + count + 7) / 8 }

  /// The field's value, not sign-extended.
  func value(in bytes: [UInt8], _ order: RegisterDescription.ByteOrder) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count {
      let position = offset + index
      let byte = bytes[Int(position / 8)]
      if order == .little {
        value |= UInt64(byte >> UInt8(position % 8) & 1) << index
      } else {
        value = value << 1 | UInt64(byte >> UInt8(7 - position % 8) & 1)
      }
    }
    return value
  }

  /// The bytes with another value in the field.
  func replacing(
    _ bytes: [UInt8], with value: UInt64, _ order: RegisterDescription.ByteOrder
  ) -> [UInt8] {
    var bytes = bytes
    for index in 0..<count {
      let position = offset + index
      let bit = UInt8((order == .little ? value >> index : value >> (count - 1 - index)) & 1)
      let shift = UInt8(order == .little ? position % 8 : 7 - position % 8)
      bytes[Int(position / 8)] = bytes[Int(position / 8)] & ~(1 << shift) | bit << shift
    }
    return bytes
  }
}
