/// Searches EL2's own translation tables: for all pages that EL2 may execute, and for the translation of one
/// address.
///
/// The tables can't be trusted: they may be incomplete, damaged, or built to make the debugger hang. A walk is at
/// most five levels deep, whatever they hold, and `Limits` bounds its breadth.
struct HypervisorTables {
  let controls: EL2TranslationControls
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

  init(_ controls: EL2TranslationControls, limits: Limits = Limits()) {
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

  /// A table, the address that its first entry maps, and the permissions from the tables above it.
  private struct Visit {
    var table: UInt64
    var base: UInt64
    var permissions: EL2Descriptor.Permissions
  }

  /// Everything that EL2 may execute, in whole tables, level by level.
  ///
  /// - Throws: `EL2TranslationControls.Unsupported`, and what `read` throws.
  func executableMemory(read: @escaping BatchRead) throws -> ExecutableMemory {
    guard controls.isMMUOn else { return .identity }
    var search = Search(
      tables: PhysicalTables(isBigEndian: controls.isBigEndian, read: read))
    // The upper half first: with E2H the lower one is a process's, which determines how much there is to
    // search.
    for half in try controls.halves().reversed() {
      var visits = [Visit(table: half.root, base: half.base, permissions: .init())]
      var level = half.startLevel
      while !visits.isEmpty {
        visits = try nextVisits(after: visits, level: level, half, &search)
        level += 1
      }
    }
    return .ranges(
      Self.joined(search.ranges.sorted { $0.virtual < $1.virtual }), cutOff: search.cutOff,
      unreadableTableCount: search.unreadableTableCount)
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
    after visits: [Visit], level: Int, _ half: EL2TranslationControls.Half, _ search: inout Search
  ) throws -> [Visit] {
    let nextEntryCount = half.entryCount(level + 1)
    let isComplete = try search.tables.read(
      visits.map(\.table), entryCount: half.entryCount(level), byteLimit: limits.byteCount)
    if !isComplete { search.stop(.bytes(limits.byteCount)) }
    var next: [Visit] = []
    for visit in visits {
      guard let entries = search.tables[visit.table] else {
        if isComplete { search.unreadableTableCount += 1 }
        continue
      }
      // A table that is also used at the first level may be longer than this level's.
      for (index, entry) in entries.prefix(half.entryCount(level)).enumerated() {
        let virtual = visit.base &+ UInt64(index) << UInt64(half.shift(level))
        switch EL2Descriptor(entry, level: level, half: half, controls: controls) {
        case .invalid: break
        case .table(let address, let permissions):
          let permissions = permissions.limited(by: visit.permissions)
          // Nothing below a table that forbids execution is executable, so it need not be read.
          guard permissions.isExecutable else { continue }
          guard search.entryCount + nextEntryCount <= limits.entryCount else {
            search.stop(.entries(limits.entryCount))
            continue
          }
          search.entryCount += nextEntryCount
          next.append(Visit(table: address, base: virtual, permissions: permissions))
        case .leaf(let address, let permissions):
          let permissions = permissions.limited(by: visit.permissions)
          guard permissions.mayExecute(with: controls) else { continue }
          let range = CodeRange(
            virtual: virtual, physical: address, byteCount: 1 << UInt64(half.shift(level)),
            isWritable: permissions.isWritable)
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
