/// One register of a target, as the target describes it.
///
/// Source: GDB manual, Target Description Format ("Registers").
public struct RegisterDescription: Hashable, Sendable {
  /// The name. It is case-sensitive: QEMU has both `fpsr` and `FPSR`.
  public let name: String
  /// The number that packets use for it. It differs between CPU models.
  public let number: Int
  /// The width in bits.
  public let bitWidth: Int
  /// The group that the description gives, such as `general`, `float` or QEMU's `cp_regs`.
  public let group: String?
  /// The feature that it belongs to, such as `org.gnu.gdb.aarch64.core`.
  public let feature: String
  /// The name of its type; `int` unless the description says otherwise.
  public let typeName: String
  /// Whether a debugger should save and restore it around a call that it makes (`save-restore`).
  public let isSaved: Bool
  /// The extra attributes that LLDB's servers send.
  public let lldb: LLDBAttributes?

  /// The attributes of a register that LLDB's servers send in addition to GDB's.
  ///
  /// Source: LLDB, `GDBRemoteCommunicationServerLLGS` and `ProcessGDBRemote` ("reg" elements).
  public struct LLDBAttributes: Hashable, Sendable {
    /// Another name of the register (`altname`).
    public var alternateName: String?
    /// What the register is for (`generic`): `pc`, `sp`, `fp`, `ra`, `flags`, `arg1` and so on.
    public var role: String?
    /// How its bits represent a value: `uint`, `sint`, `ieee754` or `vector`.
    public var encoding: String?
    /// How LLDB shows it, such as `hex` or `vector-uint8`.
    public var format: String?
    /// The offset in a `g` packet. A part of a register is within that register.
    public var byteOffset: Int?
    /// Its number in DWARF.
    public var dwarfNumber: Int?
    /// The registers of which this one is a part, by number (`value_regnums`).
    public var containers: [Int] = []
    /// The registers that a write of this one changes, by number (`invalidate_regnums`).
    public var invalidated: [Int] = []

    /// Creates attributes without values.
    public init() {}
  }

  /// Describes a register.
  public init(
    name: String, number: Int, bitWidth: Int, group: String? = nil, feature: String = "",
    typeName: String = "int", isSaved: Bool = true, lldb: LLDBAttributes? = nil
  ) {
    self.name = name
    self.number = number
    self.bitWidth = bitWidth
    self.group = group
    self.feature = feature
    self.typeName = typeName
    self.isSaved = isSaved
    self.lldb = lldb
  }

  /// How many bytes it has in a packet.
  public var byteCount: Int { (bitWidth + 7) / 8 }

  /// Whether it is a part of another register, as `eax` is of `rax` for LLDB's servers.
  public var isPart: Bool { lldb.map { !$0.containers.isEmpty } ?? false }

  /// The value of raw little-endian `bytes`, or nil if it has more than 64 bits.
  @inlinable
  public static func integer(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64? {
    ByteOrder.little.integer(bytes)
  }

  /// The raw bytes of `value`, as many as the register has, or nil if it doesn't fit.
  public func bytes(of value: UInt64, byteOrder: ByteOrder = .little) -> [UInt8]? {
    guard byteCount >= 8 || value >> UInt64(8 * byteCount) == 0 else { return nil }
    return byteOrder.bytes(of: value, byteCount: byteCount)
  }

  /// The value of raw `bytes` of any length as hexadecimal digits after `0x`, most significant
  /// first, two for each byte. This is how to show a register that is wider than an integer.
  public static func hexadecimal(
    _ bytes: some BidirectionalCollection<UInt8>, byteOrder: ByteOrder = .little
  ) -> String {
    var digits = Array("0x".utf8)
    digits.reserveCapacity(2 + 2 * bytes.count)
    switch byteOrder {
    case .little: Hex.append(Array(bytes.reversed()), to: &digits)
    case .big: Hex.append(Array(bytes), to: &digits)
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
