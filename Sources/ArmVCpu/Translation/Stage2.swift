/// Stage 2 of a guest's translation, intermediate physical to physical, with a 4 KiB granule (Arm ARM DDI
/// 0487, D8).
public enum Stage2 {
  /// What kind of memory a range is to the guest.
  public enum MemoryType: Sendable {
    /// Write-back cacheable, inner shareable, readable, writable, executable.
    case normal
    /// Device-nGnRE, readable and writable.
    case device

    /// The attributes of a descriptor: MemAttr[5:2], S2AP[7:6], SH[9:8], AF[10], XN[54].
    var attributes: UInt64 {
      switch self {
      case .normal: 0b1111 << 2 | 0b11 << 6 | 0b11 << 8 | 1 << 10
      case .device: 0b0001 << 2 | 0b11 << 6 | 1 << 10 | 1 << 54
      }
    }
  }

  /// The input width of the tables: 39 bits, 512 GiB, with the walk starting at level 1. On a CPU with a smaller
  /// physical address range, the input is as small as that range.
  public static let inputBitWidth: UInt64 = 39

  /// VTCR_EL2 for the tables on a CPU whose ID_AA64MMFR0_EL1.PARange is `physicalRange`: write-back,
  /// inner-shareable walks, and RES1 bit 31 set. 52-bit physical addresses need FEAT_LPA2 descriptors, which
  /// these tables don't use, so the output is at most 48 bits.
  public static func vtcr(physicalRange: UInt64) -> UInt64 {
    // An input wider than the physical range is CONSTRAINED UNPREDICTABLE, or faults.
    let inputWidth: UInt64 =
      switch physicalRange & 15 {
      case 0: 32
      case 1: 36
      default: inputBitWidth
      }
    let size = 64 - inputWidth
    let start: UInt64 = 1 << 6
    let walks: UInt64 = 1 << 8 | 1 << 10 | 0b11 << 12
    return 1 << 31 | min(physicalRange & 15, 5) << 16 | walks | start | size
  }

  static let addressMask: UInt64 = 0x0000_ffff_ffff_f000
  static let valid: UInt64 = 1
  static let tableOrPage: UInt64 = 0b10

  /// The number of the lowest address bit that an entry of `level` translates.
  static func shift(_ level: Int) -> UInt64 { UInt64(39 - 9 * level) }
}

/// The memory that holds translation tables.
public protocol TableMemory {
  /// The doubleword at `address`; nil if there is no memory.
  func descriptor(at address: PhysicalAddress) -> UInt64?
  /// Writes the doubleword at `address`.
  mutating func setDescriptor(_ value: UInt64, at address: PhysicalAddress)
  /// A zeroed, aligned 4 KiB table; nil if there is no memory left.
  mutating func allocateTable() -> PhysicalAddress?
}
