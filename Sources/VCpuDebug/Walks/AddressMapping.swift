public import ArmVCpu

/// Neighbouring blocks and pages that lead to neighbouring memory and have the same permissions and attributes.
public struct AddressMapping: Equatable, Sendable {
  /// The first address.
  public var start: UInt64
  /// How many bytes are mapped; at least one.
  public var byteCount: UInt64
  /// Where the first address leads by this stage.
  public var output: UInt64
  /// What this stage allows.
  public let permissions: AccessPermissions
  /// How this stage says the memory behaves.
  public let attributes: MemoryAttributes
  /// Whether its entries have the contiguous bit.
  public let isContiguous: Bool
  /// Whether their access flag is set.
  public let isAccessed: Bool
  /// Whether the TLB has them for every ASID.
  public let isGlobal: Bool
  /// The levels of its entries.
  public private(set) var levels: ClosedRange<Int>
  /// How many entries it has.
  public private(set) var entryCount = 1
  /// Where the first entry is, by the tables of its stage.
  public let entryAddress: UInt64

  /// One block or page.
  init(_ leaf: MappedLeaf) {
    start = leaf.place.start
    byteCount = leaf.byteCount
    output = leaf.output
    permissions = leaf.permissions
    attributes = leaf.attributes
    isContiguous = leaf.isContiguous
    isAccessed = leaf.isAccessed
    isGlobal = leaf.isGlobal
    levels = leaf.place.level...leaf.place.level
    entryAddress = leaf.place.entryAddress
  }

  /// The last address.
  public var last: UInt64 { start &+ (byteCount - 1) }

  /// Takes the next block or page, if it goes on where this ends and has the same of everything.
  mutating func join(_ leaf: MappedLeaf) -> Bool {
    guard
      start &+ byteCount == leaf.place.start, output &+ byteCount == leaf.output,
      permissions == leaf.permissions, attributes == leaf.attributes,
      isContiguous == leaf.isContiguous, isAccessed == leaf.isAccessed, isGlobal == leaf.isGlobal
    else { return false }
    byteCount += leaf.byteCount
    levels = min(levels.lowerBound, leaf.place.level)...max(levels.upperBound, leaf.place.level)
    entryCount += 1
    return true
  }

  /// Whether an address of a range is in it.
  public func overlaps(_ range: ClosedRange<UInt64>) -> Bool {
    start <= range.upperBound && last >= range.lowerBound
  }
}
