/// One register of a target, as the target describes it.
///
/// Source: GDB manual, Target Description Format ("Registers").
public struct RegisterDescription: Hashable, Sendable {
  /// The name. It is case-sensitive: QEMU has both `fpsr` and `FPSR`.
  public let name: String
  /// The number by which packets mean it. It differs from one model of a CPU to another.
  public let number: Int
  /// How wide it is.
  public let bitWidth: Int
  /// The group that the description names, such as `general`, `float` or QEMU's `cp_regs`.
  public let group: String?
  /// The feature that it belongs to, such as `org.gnu.gdb.aarch64.core`.
  public let feature: String
  /// The name of its type; `int` unless the description says otherwise.
  public let typeName: String

  /// Where a `g` packet has it, if the description says so: in bytes from the start. LLDB's server does, and has
  /// parts of registers inside of them.
  public let packetOffset: Int?

  /// Describes a register.
  public init(
    name: String, number: Int, bitWidth: Int, group: String? = nil, feature: String = "",
    typeName: String = "int", packetOffset: Int? = nil
  ) {
    self.name = name
    self.number = number
    self.bitWidth = bitWidth
    self.group = group
    self.feature = feature
    self.typeName = typeName
    self.packetOffset = packetOffset
  }

  /// How many bytes a packet carries for it.
  public var byteCount: Int { (bitWidth + 7) / 8 }

  /// The value of raw little-endian `bytes`, or nil if it has more than 64 bits.
  public static func integer(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64? {
    guard bytes.count <= 8 else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The raw little-endian bytes of `value`, as many as the register has, or nil if it does not fit.
  public func bytes(of value: UInt64) -> [UInt8]? {
    guard byteCount >= 8 || value >> UInt64(8 * byteCount) == 0 else { return nil }
    return (0..<byteCount).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) : 0 }
  }
}
