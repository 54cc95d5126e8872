public import GDBRemote

/// How a program's data is laid out in memory.
public struct DataLayout: Equatable, Sendable {
  /// The bytes of an address: 4 or 8.
  public let addressByteCount: Int
  /// The order of the bytes of a value.
  public let byteOrder: RegisterDescription.ByteOrder
  /// From here on the file's addresses are those of what isn't in memory.
  var unplacedStart = UInt64.max - 1

  /// Makes a layout.
  public init(addressByteCount: Int, byteOrder: RegisterDescription.ByteOrder) {
    self.addressByteCount = addressByteCount
    self.byteOrder = byteOrder
  }

  /// An address without the bits that the target's addresses don't have.
  func address(_ value: UInt64) -> UInt64 {
    addressByteCount >= 8 ? value : value & 0xffff_ffff
  }

  /// The bytes of an integer's low bits. More than 8 bytes are zero-extended.
  public func bytes(of value: UInt64, byteCount: Int) -> [UInt8] {
    let little = (0..<max(0, byteCount)).map { index in
      index < 8 ? UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) : 0
    }
    return byteOrder == .little ? little : little.reversed()
  }

  /// The 8 bytes of a register, the least significant first.
  static func leastFirst(_ value: UInt64) -> [UInt8] {
    DataLayout(addressByteCount: 8, byteOrder: .little).bytes(of: value, byteCount: 8)
  }

  /// The value of at most 8 bytes; of more, the low 8.
  public func integer(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    if byteOrder == .big {
      for byte in bytes { value = value << 8 | UInt64(byte) }
    } else {
      for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    }
    return value
  }
}
