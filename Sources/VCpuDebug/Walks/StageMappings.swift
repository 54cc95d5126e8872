public import ArmVCpu

/// What the tables of one register map.
public struct StageMappings: Equatable, Sendable {
  /// The registers, and which of their tables.
  public let listing: TableListing
  /// What is mapped, in the order of addresses.
  public private(set) var mappings: [AddressMapping] = []
  /// The entries whose address is beyond the width of the output, the first of them.
  public private(set) var tooWide: [TooWideEntry] = []
  /// How many such entries there are.
  public private(set) var tooWideCount = 0
  /// Where entries cannot be read, the first of these places.
  public private(set) var unreadable: [UnreadableEntry] = []
  /// How many such places there are.
  public private(set) var unreadableCount = 0
  /// Where the tables are, by the addresses that their stage has for them.
  private(set) var tables: [Range<UInt64>] = []
  /// How it ended.
  public private(set) var end = TableListing.End()

  /// An entry that is a fault.
  public struct TooWideEntry: Equatable, Sendable {
    /// Where it is.
    public let place: ListedPlace
    /// The entry.
    public let descriptor: UInt64
  }

  /// Entries that cannot be read, from one on.
  public struct UnreadableEntry: Equatable, Sendable {
    /// Where the first is.
    public let place: ListedPlace
    /// Stage 2's fault at their address; nil if no memory is there.
    public let fault: TranslationFault?
  }

  /// How much of tables is listed.
  struct Limits: Sendable {
    /// Entries that are looked at, counting a table once for each place where it is used: a table that maps itself has
    /// many. 32,768 tables with a granule of 4 KiB.
    var entryCount = 1 << 24
    /// Ranges that are found.
    var mappingCount = 1 << 20
    /// Faulty entries that are kept; the others are counted.
    var faultCount = 256

    /// Those that are sensible, but for a number of entries.
    init(_ entryCount: Int? = nil) {
      if let entryCount { self.entryCount = entryCount }
    }
  }

  /// Lists the tables.
  ///
  /// - Parameters:
  ///   - parts: the parts of a block or a page that are listed, in their order.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: what `check` throws.
  init(
    _ listing: TableListing, limits: Limits = Limits(), memory: (UInt64) -> UInt64?,
    parts: (MappedLeaf) -> [MappedLeaf] = { [$0] }, check: () throws -> Void
  ) throws {
    self.listing = listing
    var failure: (any Error)?
    var mappings: [AddressMapping] = []
    var tableCount = 0
    end = listing.list(entryLimit: limits.entryCount, memory: memory) { item in
      switch item {
      case .table(let address, _, let byteCount):
        tables.append(address..<address &+ byteCount)
        tableCount += 1
        guard tableCount % 256 == 0 else { return true }
        do { try check() } catch { failure = error }
        return failure == nil
      case .mapped(let leaf):
        for part in parts(leaf)
        where mappings.isEmpty || !mappings[mappings.count - 1].join(part) {
          guard mappings.count < limits.mappingCount else { return false }
          mappings.append(AddressMapping(part))
        }
      case .tooWide(let place, let descriptor):
        tooWideCount += 1
        if tooWide.count < limits.faultCount {
          tooWide.append(TooWideEntry(place: place, descriptor: descriptor))
        }
      case .unreadable(let place, let fault):
        unreadableCount += 1
        if unreadable.count < limits.faultCount {
          unreadable.append(UnreadableEntry(place: place, fault: fault))
        }
      }
      return true
    }
    if let failure { throw failure }
    self.mappings = mappings
  }

  /// The mapping that an address is in, or else the first one after it; nil if there is none.
  func firstIndex(endingAtOrAfter address: UInt64) -> Int? {
    var (low, high) = (0, mappings.count)
    while low < high {
      let middle = (low + high) / 2
      if mappings[middle].last < address { low = middle + 1 } else { high = middle }
    }
    return low < mappings.count ? low : nil
  }

  /// Where a range of inputs leads: the parts of it that are mapped, in their order.
  func pieces(of range: ClosedRange<UInt64>) -> [Piece] {
    guard let first = firstIndex(endingAtOrAfter: range.lowerBound) else { return [] }
    var pieces: [Piece] = []
    for mapping in mappings[first...] {
      guard mapping.start <= range.upperBound else { break }
      let start = max(mapping.start, range.lowerBound)
      pieces.append(
        Piece(
          start: start, output: mapping.output &+ (start &- mapping.start),
          byteCount: min(mapping.last, range.upperBound) - start + 1))
    }
    return pieces
  }

  /// A part of a mapping.
  struct Piece: Equatable, Sendable {
    var start: UInt64
    var output: UInt64
    var byteCount: UInt64
  }
}
