/// A table that a translation gets to: where it is, its level, and what the tables above it forbid. The walk of one
/// address and the listings of whole tables go from table to table by it.
///
/// Source: Arm ARM DDI 0487, D8.3 "Translation table descriptor formats".
public struct TranslationTable: Equatable, Sendable {
  /// How the tables of its stage are laid out.
  public let layout: TableLayout
  /// Whether what a table's descriptor forbids counts: at stage 1, unless HPD turns it off.
  private let isHierarchical: Bool
  /// Where it is: at stage 1 of a guest an intermediate physical address.
  public private(set) var address: UInt64
  /// -1 to 3.
  public private(set) var level: Int
  /// Bits 63 to 59 of the tables' descriptors: what they forbid below.
  public private(set) var tableBits: UInt64 = 0

  /// What an entry leads to.
  public enum Meaning: Equatable, Sendable {
    /// Nothing is mapped.
    case invalid
    /// A table of the next level.
    case table(TranslationTable)
    /// A block or a page, and its address.
    case leaf(UInt64)
    /// Its address has bits beyond the width of the output.
    case tooWide
  }

  /// The first table.
  ///
  /// - Parameter isHierarchical: whether what a table's descriptor forbids counts: at stage 1, unless HPD turns it off.
  public init(rootOf layout: TableLayout, isHierarchical: Bool) {
    self.layout = layout
    self.isHierarchical = isHierarchical
    address = layout.root
    level = layout.startLevel
  }

  /// What an entry of this table leads to.
  public func meaning(of entry: UInt64) -> Meaning {
    switch layout.descriptor(entry, level: level) {
    case .invalid: return .invalid
    case .table(let address):
      guard !layout.isTooWide(address) else { return .tooWide }
      var next = self
      if isHierarchical { next.tableBits |= entry >> 59 }
      next.address = address
      next.level += 1
      return .table(next)
    case .leaf(let address): return layout.isTooWide(address) ? .tooWide : .leaf(address)
    }
  }
}
