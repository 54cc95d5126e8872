internal import ArmVCpu

/// The vector tables that VBAR_EL2 was seen to have, and whose exceptions each of them takes.
///
/// Some hypervisors have one, some have another while a guest runs and while its host does (KVM): then only the guest's
/// is worth stopping at. (Arm ARM DDI 0487, D1.3.1 "Exception vectors": 16 entries of 128 bytes; those from a lower
/// Exception level begin at 0x400.)
struct VectorTables: Equatable {
  /// What a table is for.
  enum Use: Equatable {
    /// It was seen in VBAR_EL2, and nothing came through it yet.
    case unknown
    /// Guests leave through it.
    case guests
    /// A host calls EL2 through it, or a host's own programs do: it is passed over.
    case host
    /// There is no code at it, and what is there instead. It may come once EL2's MMU is on.
    case empty(String)
    /// It cannot be stopped at, and why.
    case unusable(String)
  }

  struct Table: Equatable {
    let base: UInt64
    var use = Use.unknown
    /// How many stops at it were not a guest's.
    var hostStopCount = 0

    fileprivate var isWatched: Bool { use == .unknown || use == .guests }
    fileprivate var isUnusable: Bool { if case .unusable = use { true } else { false } }

    /// The offset of the entry at an address; nil where there is none of this table's.
    fileprivate func offset(ofEntryAt address: UInt64) -> UInt64? {
      let offset = address &- base
      return offset < 0x800 && offset % 0x80 == 0 ? offset : nil
    }
  }

  private(set) var all: [Table] = []
  /// Another number after each change of what the tables are for.
  private(set) var revision = 0

  /// After how many stops a table that no guest left through is taken for a host's.
  private static let hostStopLimit = 64
  /// A table that is seen after so many is not remembered: something writes nonsense to VBAR_EL2.
  private static let limit = 64

  /// Takes a table up that VBAR_EL2 has. Whether it is new.
  mutating func add(_ base: UInt64) -> Bool {
    guard index(of: base) == nil, all.count < Self.limit else { return false }
    all.append(Table(base: base))
    revision += 1
    return true
  }

  private mutating func setUse(_ use: Use, at index: Int) {
    guard all[index].use != use else { return }
    all[index].use = use
    revision += 1
  }

  private func index(of base: UInt64) -> Int? { all.firstIndex { $0.base == base } }

  /// Says whether there is code at a table; `reason` is what is there instead.
  mutating func noteContents(_ base: UInt64, reason: String?) {
    guard let found = index(of: base) else { return }
    switch (all[found].use, reason) {
    case (.unknown, let reason?), (.empty, let reason?): setUse(.empty(reason), at: found)
    case (.empty, nil): setUse(.unknown, at: found)
    default: break
    }
  }

  /// Whether it is known what a table is for.
  func isSettled(_ base: UInt64) -> Bool {
    guard let found = index(of: base) else { return false }
    if case .empty = all[found].use { return false }
    return true
  }

  /// A guest runs with this table, or has left through it.
  mutating func noteGuest(_ base: UInt64) {
    if index(of: base) == nil { _ = add(base) }
    guard let found = index(of: base), all[found].use != .guests else { return }
    if case .unusable = all[found].use { return }
    setUse(.guests, at: found)
    // There is a table for guests: what is not left by them is not theirs.
    for index in all.indices where all[index].use == .unknown && all[index].hostStopCount > 0 {
      setUse(.host, at: index)
    }
  }

  /// Something else came through this table. A host with TGE has a table of its own: its guests have none of it.
  mutating func noteHost(_ base: UInt64, hasTGE: Bool) {
    guard let found = index(of: base) else { return }
    all[found].hostStopCount += 1
    guard all[found].use == .unknown else { return }
    let others = all.contains { $0.use == .guests }
    // The only table that there is will be the guests' as well.
    let isOneOfSeveral = all.count > 1 && all[found].hostStopCount >= Self.hostStopLimit
    if hasTGE || others || isOneOfSeveral { setUse(.host, at: found) }
  }

  /// Does without the tables that have an entry at an address; whether there was one left to give up. After nonsense in
  /// VBAR_EL2, which QEMU aligns to 32 bytes, tables may overlap.
  mutating func giveUp(entryAt address: UInt64, because reason: String) -> Bool {
    let found = all.indices.filter {
      !all[$0].isUnusable && all[$0].offset(ofEntryAt: address) != nil
    }
    for index in found { setUse(.unusable(reason), at: index) }
    return !found.isEmpty
  }

  /// Tables to stop at.
  var watched: [Table] { all.filter(\.isWatched) }

  /// Whether a table is known that guests leave through.
  var hasGuests: Bool { all.contains { $0.use == .guests } }

  /// The addresses that exits pass: the entries of a table for lower Exception levels, of the kinds that are wanted.
  func catchAddresses(for interest: ExitInterest) -> Set<UInt64> {
    let wanted: [(TrapKind, ExitInterest)] = [
      (.synchronous, .exits), (.irq, .irqs), (.fiq, .fiqs), (.serror, .serrors),
    ]
    let kinds = wanted.filter { interest.contains($0.1) }.map(\.0)
    let offsets = Self.lowerOffsets.filter { Self.kind(of: $0).map(kinds.contains) == true }
    return Set(watched.flatMap { table in offsets.map { table.base &+ $0 } })
  }

  static let lowerOffsets = (0..<8).map { 0x400 + UInt64($0) * 0x80 }

  /// A synchronous exception from EL2 itself, with its own stack pointer.
  static let faultOffset: UInt64 = 0x200

  /// The table and the offset of an entry at an address; nil for another. Of tables that overlap it is one that is
  /// stopped at.
  func entry(at address: UInt64) -> (base: UInt64, offset: UInt64)? {
    for table in watched + all {
      if let offset = table.offset(ofEntryAt: address) { return (table.base, offset) }
    }
    return nil
  }

  /// What an offset of a table is for: the lower half is AArch64's, the upper one AArch32's.
  static func kind(of offset: UInt64) -> TrapKind? { TrapKind(rawValue: UInt8(offset >> 7 & 3)) }
}
