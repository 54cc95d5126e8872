internal import ArmVCpu

/// Looks through EL2's own translation tables for all pages that EL2 may execute.
///
/// The tables can't be trusted: they may be incomplete, damaged, or built to make the debugger hang. A walk is at
/// most five levels deep, whatever they hold, and `Limits` bounds its breadth.
struct HypervisorTables {
  let controls: Stage1Controls
  let limits: Limits

  /// The limits of a search.
  struct Limits: Equatable, Sendable {
    /// Entries that are examined, counting a table once for each place where it is used: a table that maps itself
    /// has many. 16,384 tables with a granule of 4 KiB.
    var entryCount = 1 << 23
    /// How many bytes are read in total.
    var byteCount = 64 << 20
    /// Ranges that are found, before adjacent ones of different tables are joined.
    var rangeCount = 65_536
  }

  init(_ controls: Stage1Controls, limits: Limits = Limits()) {
    self.controls = controls
    self.limits = limits
  }

  /// Code that EL2 may execute: contiguous virtual addresses with contiguous physical ones.
  struct CodeRange: Equatable, Sendable {
    var virtual: UInt64
    var physical: UInt64
    var byteCount: UInt64
    var isWritable: Bool
  }

  /// Why some code may not have been found.
  enum CutOff: Equatable, Sendable, CustomStringConvertible {
    case entries(Int)
    case bytes(Int)
    case ranges(Int)

    var description: String {
      switch self {
      case .entries(let count): "EL2's tables have more than \(count) entries"
      case .bytes(let count): "EL2's tables are more than \(count >> 20) MiB"
      case .ranges(let count): "EL2's code is in more than \(count) pieces"
      }
    }
  }

  /// The memory that EL2 may execute.
  enum ExecutableMemory: Equatable, Sendable {
    /// SCTLR_EL2.M is 0: there are no tables, all memory is executable, and a virtual address is the physical one.
    case identity
    /// The ranges from the tables, in the order of virtual addresses, with adjacent ones joined.
    /// `unreadableTableCount` tables are at addresses without memory.
    case ranges([CodeRange], cutOff: CutOff?, unreadableTableCount: Int)
  }

  /// Why there is nothing to look through, in words.
  struct Unsupported: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
  }

  /// A table, and where its first entry maps.
  private struct Visit {
    var table: TranslationTable
    var base: UInt64
  }

  /// Everything that EL2 may execute, in whole tables, level by level.
  ///
  /// - Throws: `Unsupported`, and what `read` throws.
  func executableMemory(read: @escaping BatchRead) throws -> ExecutableMemory {
    guard controls.isEnabled else { return .identity }
    var search = Search(
      tables: PhysicalTables(isBigEndian: controls.isBigEndian, read: read))
    // The upper half first: with E2H the lower one is a process's, which decides how much there is to look at.
    for half in try halves() {
      guard !half.layout.isTooWide(half.layout.root) else { continue }
      let root = TranslationTable(
        rootOf: half.layout, isHierarchical: !half.ignoresTableAttributes)
      var visits = [Visit(table: root, base: half.base)]
      while let level = visits.first?.table.level {
        visits = try nextVisits(after: visits, level: level, half.layout, &search)
      }
    }
    return .ranges(
      Self.joined(search.ranges.sorted { $0.virtual < $1.virtual }), cutOff: search.cutOff,
      unreadableTableCount: search.unreadableTableCount)
  }

  /// AP[2] alone: of all pages the most likely to be executable.
  private static let readOnly: UInt64 = 1 << 7

  /// The halves that have tables, the upper one first.
  private func halves() throws(Unsupported) -> [Stage1Controls.Half] {
    let text = "TCR_EL2 is 0x\(String(controls.tcr, radix: 16))"
    switch controls.unsupportedForm {
    case .wideDescriptors?: throw Unsupported(description: "\(text): descriptors of 128 bits")
    case .indirectPermissions?: throw Unsupported(description: "\(text): permissions by index")
    case nil: break
    }
    let halves = (controls.regime.hasTwoHalves ? [true, false] : [false])
      .map { controls.half(isUpper: $0) }.filter { !$0.isDisabled }
    for half in halves where !half.isSizeValid {
      let size = controls.tcr >> (half.isUpper ? 16 : 0) & 63
      throw Unsupported(
        description:
          "\(text): tables of \(64 - size) bits with a granule of \(half.layout.granule.byteCount >> 10) KiB"
      )
    }
    return halves
  }

  private struct Search {
    var tables: PhysicalTables
    var ranges: [CodeRange] = []
    var entryCount = 0
    var unreadableTableCount = 0
    var cutOff: CutOff?

    /// The first reason is the one that is reported.
    mutating func stop(_ reason: CutOff) { cutOff = cutOff ?? reason }
  }

  /// Searches the tables of one level; returns those of the next, as many as the limit allows.
  private func nextVisits(
    after visits: [Visit], level: Int, _ layout: TableLayout, _ search: inout Search
  ) throws -> [Visit] {
    let nextEntryCount = layout.entryCount(level + 1)
    let isComplete = try search.tables.read(
      visits.map(\.table.address), entryCount: layout.entryCount(level), byteLimit: limits.byteCount
    )
    if !isComplete { search.stop(.bytes(limits.byteCount)) }
    var next: [Visit] = []
    for visit in visits {
      guard let entries = search.tables[visit.table.address] else {
        if isComplete { search.unreadableTableCount += 1 }
        continue
      }
      // A table that is also used at the first level may be longer than this level's.
      for (index, entry) in entries.prefix(layout.entryCount(level)).enumerated() {
        let virtual = visit.base &+ UInt64(index) << UInt64(layout.shift(level))
        switch visit.table.meaning(of: entry) {
        case .invalid, .tooWide: break
        case .table(let table):
          // Nothing below a table that forbids it is executable: no need to read it.
          guard
            controls.permissions(of: Self.readOnly, tableBits: table.tableBits).contains(.execute)
          else { continue }
          guard search.entryCount + nextEntryCount <= limits.entryCount else {
            search.stop(.entries(limits.entryCount))
            continue
          }
          search.entryCount += nextEntryCount
          next.append(Visit(table: table, base: virtual))
        case .leaf(let address):
          // A clear access flag doesn't count: the system sets it when the page is first used.
          let permissions = controls.permissions(of: entry, tableBits: visit.table.tableBits)
          guard permissions.contains(.execute) else { continue }
          let range = CodeRange(
            virtual: virtual, physical: address, byteCount: 1 << UInt64(layout.shift(level)),
            isWritable: permissions.contains(.write))
          if search.ranges.last.map({ Self.isNeighbour($0, range) }) == true {
            search.ranges[search.ranges.count - 1].byteCount += range.byteCount
          } else if search.ranges.count < limits.rangeCount {
            search.ranges.append(range)
          } else {
            search.stop(.ranges(limits.rangeCount))
            return []
          }
        }
      }
    }
    return next
  }

  private static func isNeighbour(_ first: CodeRange, _ second: CodeRange) -> Bool {
    first.isWritable == second.isWritable
      && first.virtual &+ first.byteCount == second.virtual
      && first.physical &+ first.byteCount == second.physical
  }

  private static func joined(_ sorted: [CodeRange]) -> [CodeRange] {
    var joined: [CodeRange] = []
    for range in sorted {
      if let last = joined.last, isNeighbour(last, range) {
        joined[joined.count - 1].byteCount += range.byteCount
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
