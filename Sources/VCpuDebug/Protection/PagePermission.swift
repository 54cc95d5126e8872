/// What a guest may do with a page by stage 2, apart from executing it.
struct PagePermission: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  /// Loads.
  static let read = PagePermission(rawValue: 1)
  /// Stores.
  static let write = PagePermission(rawValue: 2)

  /// The bits of a descriptor that give it: S2AP in 7:6, and DBM, bit 51, by which a CPU makes a page writable itself.
  /// Executing doesn't depend on them. (Arm ARM DDI 0487, D8.4.2 "Stage 2 permissions", D8.5 "Hardware updates to the
  /// translation tables".)
  var bits: UInt64 {
    (contains(.read) ? 1 << 6 : 0) | (contains(.write) ? 1 << 7 | 1 << 51 : 0)
  }
}

/// A page of a guest.
struct GuestPage: Hashable, Sendable {
  /// VTTBR_EL2.BADDR of the guest. Its VMID may change.
  let tables: UInt64
  /// Its first intermediate physical address.
  let start: UInt64

  /// VTTBR_EL2.BADDR, bits 47:1.
  static func tables(in vttbr: UInt64) -> UInt64 { vttbr & 0x0000_ffff_ffff_fffe }
}

/// Pages of one guest.
public struct ProtectedPages: Equatable, Sendable {
  /// VTTBR_EL2.BADDR of the guest.
  public let tables: UInt64
  /// The first intermediate physical address of each.
  public let pages: [UInt64]

  var all: [GuestPage] { pages.map { GuestPage(tables: tables, start: $0) } }
}
