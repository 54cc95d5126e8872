internal import ArmVCpu
internal import GDBRemote

/// The vector tables that were seen in VBAR_EL2, and whose exceptions each of them takes.
///
/// Some hypervisors have one table, and some have different ones for a guest and for its host (KVM): then only the
/// guest's is worth stopping at. (Arm ARM DDI 0487, D1.3.1 "Exception vectors": 16 entries of 128 bytes; those from a
/// lower Exception level begin at 0x400.)
struct VectorTables: Equatable {
  /// What a table is for.
  enum Use: Equatable {
    /// It was seen in VBAR_EL2, but nothing has come through it yet.
    case unknown
    /// Guests exit through it.
    case guests
    /// A host, or its own programs, call EL2 through it: it is ignored.
    case host
    /// There is no code at it; with what is there instead. The code may appear once EL2's MMU is
    /// on.
    case empty(String)
    /// The target can't stop there; with the reason.
    case unusable(String)
  }

  struct Table: Equatable {
    let base: UInt64
    var use = Use.unknown
    /// How many stops at it were not a guest's, and on which CPUs.
    var hostStopCount = 0
    fileprivate var hostThreads: Set<ThreadID> = []

    fileprivate var isWatched: Bool { use == .unknown || use == .guests }
    fileprivate var isUnusable: Bool { if case .unusable = use { true } else { false } }

    /// The offset of this table's entry at an address, or nil if there is none.
    fileprivate func offset(ofEntryAt address: UInt64) -> UInt64? {
      let offset = address &- base
      return offset < 0x800 && offset % 0x80 == 0 ? offset : nil
    }
  }

  private(set) var all: [Table] = []
  /// The CPUs whose guests were seen, through any table.
  private var guestThreads: Set<ThreadID> = []
  /// A number that changes whenever a table's use does.
  private(set) var revision = 0

  /// After how many stops a table that no guest left through is assumed to be a host's.
  private static let hostStopLimit = 64
  /// The most tables that are kept: if there are more, something writes nonsense to VBAR_EL2.
  private static let limit = 1024

  /// Adds a table that was seen in VBAR_EL2. Returns whether it is new.
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

  /// Records whether there is code at a table; `reason` is what is there instead.
  mutating func noteContents(_ base: UInt64, reason: String?) {
    guard let found = index(of: base) else { return }
    switch (all[found].use, reason) {
    case (.unknown, let reason?), (.empty, let reason?): setUse(.empty(reason), at: found)
    case (.empty, nil): setUse(.unknown, at: found)
    default: break
    }
  }

  /// Whether a table's use is known.
  func isSettled(_ base: UInt64) -> Bool {
    guard let found = index(of: base) else { return false }
    if case .empty = all[found].use { return false }
    return true
  }

  /// Records that a guest runs on a CPU with this table, or has left through it.
  mutating func noteGuest(_ base: UInt64, on thread: ThreadID) {
    if index(of: base) == nil { _ = add(base) }
    guard let found = index(of: base), !all[found].isUnusable else { return }
    let isNews = all[found].use != .guests || !guestThreads.contains(thread)
    guard isNews else { return }
    guestThreads.insert(thread)
    setUse(.guests, at: found)
    // This CPU has a table for its guests, so the one for its host's calls isn't for them.
    for index in all.indices
    where all[index].use == .unknown && all[index].hostThreads.contains(thread) {
      setUse(.host, at: index)
    }
  }

  /// Records that something else came through this table. A host with TGE has its own table, which its guests
  /// don't use.
  mutating func noteHost(_ base: UInt64, on thread: ThreadID, hasTGE: Bool) {
    guard let found = index(of: base) else { return }
    all[found].hostStopCount += 1
    all[found].hostThreads.insert(thread)
    guard all[found].use == .unknown else { return }
    // If there is only one table, it will also be the guests'.
    let isOneOfSeveral = all.count > 1 && all[found].hostStopCount >= Self.hostStopLimit
    if hasTGE || guestThreads.contains(thread) || isOneOfSeveral { setUse(.host, at: found) }
  }

  /// Gives up the tables that have an entry at an address. Returns whether there was one left to give up. After
  /// nonsense in VBAR_EL2, which QEMU aligns to 32 bytes, tables may overlap.
  mutating func giveUp(entryAt address: UInt64, because reason: String) -> Bool {
    let found = all.indices.filter {
      !all[$0].isUnusable && all[$0].offset(ofEntryAt: address) != nil
    }
    for index in found { setUse(.unusable(reason), at: index) }
    return !found.isEmpty
  }

  /// Why exits through a table don't stop; nil if they do, or if no guest exits through it.
  func reasonNotToStop(at base: UInt64) -> String? {
    guard let found = index(of: base) else { return "too many tables were seen in VBAR_EL2" }
    switch all[found].use {
    case .unknown, .guests, .host: return nil
    case .empty(let reason), .unusable(let reason): return reason
    }
  }

  /// The tables to stop at.
  var watched: [Table] { all.filter(\.isWatched) }

  /// Whether a table that guests exit through is known.
  var hasGuests: Bool { all.contains { $0.use == .guests } }

  /// The addresses that exits pass: the entries of a table for lower Exception levels, of the wanted kinds.
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

  /// The table and the offset of an entry at an address, or nil if there is none. If tables overlap, it is one
  /// that is watched.
  func entry(at address: UInt64) -> (base: UInt64, offset: UInt64)? {
    for table in watched + all {
      if let offset = table.offset(ofEntryAt: address) { return (table.base, offset) }
    }
    return nil
  }

  /// What an offset of a table is for: the lower half is AArch64's, the upper one AArch32's.
  static func kind(of offset: UInt64) -> TrapKind? { TrapKind(rawValue: UInt8(offset >> 7 & 3)) }
}
