/// What a listing of tables comes to.
public enum ListedItem: Equatable, Sendable {
  /// A table: where it is by the tables of its stage, before what is in it.
  case table(address: UInt64, level: Int, byteCount: UInt64)
  /// A block or a page.
  case mapped(MappedLeaf)
  /// An entry whose address has bits beyond the width of the output, which is a fault.
  case tooWide(ListedPlace, descriptor: UInt64)
  /// Entries, from this one on, that cannot be read: no memory is there, or stage 2 doesn't lead there, with its fault.
  case unreadable(ListedPlace, TranslationFault?)
}

/// A place in tables.
public struct ListedPlace: Equatable, Sendable {
  /// The first address that the entry translates.
  public var start: UInt64
  /// The level of its table: -1 to 3.
  public var level: Int
  /// Where the entry is, by the tables of its stage: at stage 1 of a guest an intermediate physical address.
  public var entryAddress: UInt64

  /// A place.
  public init(start: UInt64, level: Int, entryAddress: UInt64) {
    self.start = start
    self.level = level
    self.entryAddress = entryAddress
  }
}

/// A block or a page of a listing.
public struct MappedLeaf: Equatable, Sendable {
  /// Its first address, and its entry.
  public var place: ListedPlace
  /// How many bytes it maps.
  public var byteCount: UInt64
  /// What this stage makes of the first address.
  public var output: UInt64
  /// The entry.
  public var descriptor: UInt64
  /// What this stage allows, with what the tables above it forbid, without PSTATE.PAN.
  public var permissions: AccessPermissions
  /// How this stage says the memory behaves. Stage 2's are those for normal memory of stage 1 that caches write back.
  public var attributes: MemoryAttributes
  /// nG is 0, so that the TLB has it for every ASID; true where the regime has no ASIDs.
  public var isGlobal = true

  /// The contiguous bit: the TLB may have it together with its neighbours.
  public var isContiguous: Bool { descriptor >> 52 & 1 != 0 }
  /// The access flag.
  public var isAccessed: Bool { descriptor >> 10 & 1 != 0 }
}
