/// Everything that the tables of one stage map, whatever they hold: each block and each page in the order of addresses,
/// with what it allows and how its memory behaves.
///
/// It says of each address what `AddressTranslation` says of it without an access. Tables may loop, point outside of
/// memory or hold anything: a table is listed once for each place where it is used, and how many entries are looked at
/// is bounded.
///
/// Source: Arm ARM DDI 0487, D8 "The AArch64 Virtual Memory System Architecture".
public struct TableListing: Equatable, Sendable {
  /// Which tables.
  public enum Tables: Hashable, Sendable {
    /// Those of TTBR0_ELx.
    case lower
    /// Those of TTBR1_ELx.
    case upper
    /// Those of VTTBR_EL2.
    case stage2
  }

  /// Why there is nothing to list.
  public enum Obstacle: Equatable, Sendable {
    /// The stage is off: an address is its own output.
    case off
    /// EPD0 or EPD1 turns the tables off.
    case disabled
    /// The registers' sizes and first level fit no tables.
    case noTables
    /// The register's address has bits beyond the width of the output.
    case rootTooWide
    /// The tables have a form that isn't known.
    case unsupported(UnsupportedTranslation)
  }

  /// The registers by which addresses are translated.
  public let translation: AddressTranslation
  /// Which of their tables are listed.
  public let tables: Tables

  /// A listing of some tables.
  public init(_ tables: Tables, of translation: AddressTranslation) {
    self.translation = translation
    self.tables = tables
  }

  private var half: Stage1Controls.Half? {
    tables == .stage2 ? nil : translation.stage1?.half(isUpper: tables == .upper)
  }

  /// How the tables are laid out; nil where the registers fit none.
  public var layout: TableLayout? {
    guard let half else { return translation.stage2?.layout }
    return half.isSizeValid ? half.layout : nil
  }

  /// Why there is nothing to list; nil if there is.
  public var obstacle: Obstacle? {
    let isStage2 = tables == .stage2
    let isOn = isStage2 ? translation.stage2?.isEnabled : translation.stage1?.isEnabled
    guard isOn == true else { return .off }
    let form =
      isStage2 ? translation.stage2?.unsupportedForm : translation.stage1?.unsupportedForm
    if let form { return .unsupported(form) }
    // Stage 2 translates the addresses of stage 1's tables.
    if let stage2 = translation.stage2, stage2.isEnabled, let form = stage2.unsupportedForm {
      return .unsupported(form)
    }
    if half?.isDisabled == true { return .disabled }
    guard let layout else { return .noTables }
    return layout.isTooWide(layout.root) ? .rootTooWide : nil
  }

  /// How a listing ended.
  public struct End: Equatable, Sendable {
    /// How many tables were looked at, one that is used in several places once for each.
    public var tableCount = 0
    /// Where it stopped before its end, for the limit or because it was told to: nothing is known of this address and
    /// of those after it. Nil if it is complete.
    public var stoppedAt: UInt64?

    /// Of a listing of nothing.
    public init() {}
  }

  /// Lists everything.
  ///
  /// - Parameters:
  ///   - entryLimit: how many entries are looked at: it stops before a table that would exceed it. A table of full size
  ///     has 512 of them with a granule of 4 KiB.
  ///   - memory: the doubleword at a physical address, as a little-endian CPU loads it; nil if no memory is there.
  ///   - body: is told everything in the order of addresses; returns whether to go on.
  public func list(
    entryLimit: Int, memory: (UInt64) -> UInt64?, body: (ListedItem) -> Bool
  ) -> End {
    guard obstacle == nil, let layout else { return End() }
    let isHierarchical = half.map { !$0.ignoresTableAttributes } ?? false
    let root = TranslationTable(rootOf: layout, isHierarchical: isHierarchical)
    var progress = Progress(entryCount: 0, limit: entryLimit)
    list(root, from: half?.base ?? 0, &progress, half, memory, body)
    return progress.end
  }

  private struct Progress {
    var entryCount: Int
    let limit: Int
    var end = End()

    mutating func stop(at address: UInt64) { end.stoppedAt = end.stoppedAt ?? address }
  }

  /// Lists a table and those below it: at most five levels.
  private func list(
    _ table: TranslationTable, from start: UInt64, _ progress: inout Progress,
    _ half: Stage1Controls.Half?, _ memory: (UInt64) -> UInt64?, _ body: (ListedItem) -> Bool
  ) {
    let layout = table.layout
    let count = layout.entryCount(table.level)
    guard progress.entryCount + count <= progress.limit else { return progress.stop(at: start) }
    progress.entryCount += count
    progress.end.tableCount += 1
    let size = UInt64(1) << UInt64(layout.shift(table.level))
    guard
      body(.table(address: table.address, level: table.level, byteCount: UInt64(count) * 8))
    else { return progress.stop(at: start) }
    // Whether it was said that the table, or this page of it, cannot be read.
    var isReported = false
    var page = EntryPage()
    for index in 0..<count {
      let address = table.address &+ UInt64(index) * 8
      let input = start &+ UInt64(index) &* size
      let isNewPage = page.move(to: address, in: translation, isStage2: half == nil, memory)
      if isNewPage, page.fault != nil { isReported = false }
      guard let bits = page.physical(of: address).flatMap(memory) else {
        if !isReported {
          isReported = true
          let place = ListedPlace(start: input, level: table.level, entryAddress: address)
          guard body(.unreadable(place, page.fault)) else { return progress.stop(at: input) }
        }
        continue
      }
      let entry = isBigEndian ? bits.byteSwapped : bits
      switch table.meaning(of: entry) {
      case .invalid: continue
      case .table(let next):
        list(next, from: input, &progress, half, memory, body)
        if progress.end.stoppedAt != nil { return }
      case .tooWide:
        let place = ListedPlace(start: input, level: table.level, entryAddress: address)
        guard body(.tooWide(place, descriptor: entry)) else { return progress.stop(at: input) }
      case .leaf(let output):
        // What of a block is beyond the width of the output isn't mapped.
        let outside = UInt64(1) << UInt64(layout.outputBitWidth)
        var leaf = MappedLeaf(
          place: ListedPlace(start: input, level: table.level, entryAddress: address),
          byteCount: min(size, outside - output), output: output, descriptor: entry,
          permissions: [], attributes: MemoryAttributes(.device(.nGnRnE), .outerShareable))
        describe(&leaf, in: table, half)
        guard body(.mapped(leaf)) else { return progress.stop(at: input) }
      }
    }
  }

  private var isBigEndian: Bool {
    tables == .stage2
      ? translation.stage2?.isBigEndian == true : translation.stage1?.isBigEndian == true
  }

  /// Says what a block or a page allows, and how its memory behaves.
  private func describe(
    _ leaf: inout MappedLeaf, in table: TranslationTable, _ half: Stage1Controls.Half?
  ) {
    if let half, let stage1 = translation.stage1 {
      leaf.permissions = stage1.permissions(of: leaf.descriptor, tableBits: table.tableBits)
      leaf.attributes =
        stage1.attributes(of: leaf.descriptor, in: half, isInstruction: false).effective
      leaf.isGlobal = !stage1.regime.hasTwoHalves || leaf.descriptor >> 11 & 1 == 0
    } else if let stage2 = translation.stage2 {
      leaf.permissions = stage2.permissions(of: leaf.descriptor)
      leaf.attributes =
        stage2.attributes(
          of: leaf.descriptor, with: AddressTranslation.attributesWithoutStage1,
          isInstruction: false
        ).effective
    }
  }
}

/// Where the entries of a table are in physical memory: stage 2, whose pages have at least 4 KiB, translates the
/// addresses of stage 1's tables.
private struct EntryPage {
  /// The page's address by the tables of its stage; nil before the first.
  private var address: UInt64?
  private var physical: UInt64?
  /// Why stage 2 doesn't map the page.
  private(set) var fault: TranslationFault?

  init() {}

  /// Goes to the page of an entry; returns whether it is another one.
  mutating func move(
    to entry: UInt64, in translation: AddressTranslation, isStage2: Bool,
    _ memory: (UInt64) -> UInt64?
  ) -> Bool {
    guard address != entry & ~0xfff else { return false }
    address = entry & ~0xfff
    fault = nil
    guard !isStage2 else {
      physical = address
      return true
    }
    do throws(TranslationFault) {
      let found = try translation.addressOfEntry(
        at: entry, isChecked: false, { _ in }, memory)
      physical = found & ~0xfff
    } catch {
      physical = nil
      fault = error
    }
    return true
  }

  func physical(of entry: UInt64) -> UInt64? { physical.map { $0 | entry & 0xfff } }
}
