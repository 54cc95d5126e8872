/// The size of the smallest page that translation tables map, which is the size of a table too (Arm ARM DDI 0487,
/// D8.2 "Translation granules").
public enum TranslationGranule: Int, Hashable, Sendable {
  /// 4 KiB.
  case kib4 = 12
  /// 16 KiB.
  case kib16 = 14
  /// 64 KiB.
  case kib64 = 16

  /// The number of the lowest address bit that a page translates.
  public var shift: Int { rawValue }
  /// How many bits of an address a table of full size translates.
  public var stride: Int { rawValue - 3 }
  /// The size of a page, in bytes.
  public var byteCount: UInt64 { 1 << UInt64(rawValue) }

  /// TCR_ELx.TG0, VTCR_EL2.TG0. The reserved value is taken for 4 KiB, as QEMU takes it.
  init(tg0 field: UInt64) {
    switch field & 3 {
    case 1: self = .kib64
    case 2: self = .kib16
    default: self = .kib4
    }
  }

  /// TCR_ELx.TG1. The reserved value is taken for 4 KiB, as QEMU takes it.
  init(tg1 field: UInt64) {
    switch field & 3 {
    case 1: self = .kib16
    case 3: self = .kib64
    default: self = .kib4
    }
  }
}
