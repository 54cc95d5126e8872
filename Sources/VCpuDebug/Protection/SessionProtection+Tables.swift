internal import ArmVCpu
internal import GDBRemote

/// Changing the tables to what is wanted.
extension SessionProtection {
  /// Whether the CPU can invalidate the TLBs for the guest: it is at EL2, and the guest is on it.
  func canChangeTables() throws -> Bool {
    guard access.hasHypervisor, case .stopped = access.target.state else { return false }
    let state = try access.requireState()
    guard state.isAtEL2, try ExecutionObstacle(on: access, at: state) == nil else { return false }
    return try memory.here().vttbr != nil
  }

  /// Takes again what the hypervisor has given back meanwhile, at an exit.
  func renew() throws {
    if try canChangeTables() { try settle() }
  }

  /// Changes the tables of the guest on the CPU to what is wanted: also where the hypervisor has changed them since.
  func settle() throws {
    try putBackDebugControl()
    let tables = try Stage2Tables(access, memory)
    let here = tables.identity
    let pages = Set(wanted.keys).union(taken.keys).filter { $0.tables == here }
      .sorted { $0.start < $1.start }
    var changes: [(place: UInt64, bits: UInt64)] = []
    var done: [GuestPage: Taken.State] = [:]
    for (page, found) in zip(pages, try tables.entries(mapping: pages.map(\.start))) {
      let lacking = wanted[page]?.bits ?? 0
      var next = taken[page] ?? Taken()
      next.obstacle = nil
      defer { taken[page] = next }
      guard let found else {
        (next.states, next.obstacle) = ([], Self.isUnmapped(page))
        continue
      }
      let entry: Stage2Tables.Entry
      do {
        entry = try lacking == 0 ? found : pageEntry(found, of: page, tables)
      } catch DebugError.cannotWatchByStage2(let reason) {
        next.obstacle = reason
        continue
      }
      let full = entry.bits | next.bits(for: entry)
      let state = Taken.State(left: full & ~lacking, bits: full & lacking)
      done[page] = state
      guard state.left != entry.bits else { continue }
      // Until it is done, both are possible.
      next.states.append(state)
      changes.append((entry.place, state.left))
    }
    if !changes.isEmpty || unsettled.contains(here) {
      unsettled.insert(here)
      try tables.write(changes)
    }
    for (page, state) in done { taken[page]?.states = [state] }
    let given = pages.filter { wanted[$0] == nil }
    for page in given { giveUp(page) }
    unsettled.remove(here)
    try coarsen(tables)
    if !given.isEmpty { try noteLateThreads() }
  }

  /// Gives the guest on the CPU everything back, until `settle()` takes it again.
  func suspend() throws {
    try restore {
      unsettled.insert($0.identity)
      try $0.write($1)
    }
  }

  /// Restores the entries of the guest on the CPU.
  func restore(
    by write: (Stage2Tables, [(place: UInt64, bits: UInt64)]) throws -> Void
  ) throws {
    let tables = try Stage2Tables(access, memory)
    let pages = taken.filter { $0.key.tables == tables.identity }
    let found = try tables.entries(mapping: pages.map(\.key.start))
    try write(
      tables,
      zip(pages, found).compactMap { page, entry in
        entry.map { ($0.place, $0.bits | page.value.bits(for: $0)) }
      })
  }

  /// The page lacks nothing any more.
  func giveUp(_ page: GuestPage) {
    taken[page] = nil
    past.insert(page)
  }

  private static func isUnmapped(_ page: GuestPage) -> String {
    "stage 2 doesn't map ipa:0x\(String(page.start, radix: 16)) now"
  }

  // MARK: Late CPUs

  /// Notes the other CPUs that are at EL2 after a permission fault of a guest: theirs may be by a page that has just been
  /// given everything back, and their hypervisor must not see it.
  private func noteLateThreads() throws {
    let requests = try ["cpsr", "ESR_EL2"].map { Request.register(try access.description(of: $0)) }
    for thread in try access.target.threads() where thread != access.thread {
      let values = try access.onThread(thread) { () throws(RemoteError) in
        try access.target.batch(requests).map { response throws(RemoteError) in
          access.byteOrders.registers.integer(try response.bytes()) ?? 0
        }
      }
      let esr = ESR_EL2(rawValue: values[1])
      let isAbort = [.dataAbortLower, .instructionAbortLower].contains(esr.exceptionClass)
      if SPSR_EL2(rawValue: values[0]).exceptionLevel == 2, isAbort,
        FaultStatus(rawValue: UInt8(esr.iss & 0x3f)).isPermission
      {
        late.insert(thread)
      }
    }
  }

  /// A CPU has stopped at an exit, which is looked at.
  func noteStop(of thread: ThreadID) { late.remove(thread) }

  // MARK: Finer entries

  /// The tables that blocks were split into.
  var usedTables: Set<UInt64> {
    Set(
      refinements.compactMap {
        if case .split(_, let table) = $0.kind { table } else { nil }
      })
  }

  /// The entry of a page alone: a block around it is split.
  private func pageEntry(
    _ first: Stage2Tables.Entry, of page: GuestPage, _ tables: Stage2Tables
  ) throws -> Stage2Tables.Entry {
    var entry = first
    while true {
      let size = UInt64(1) << UInt64(tables.layout.shift(entry.level))
      if entry.isContiguous {
        let byteCount = size * UInt64(tables.layout.contiguousCount(entry.level))
        let separated = try tables.separate(entry)
        refinements.append(
          Refinement(
            tables: page.tables, start: entry.start & ~(byteCount - 1), byteCount: byteCount,
            kind: .separation(separated)))
      } else if entry.level < 3 {
        guard let spare = try spareTable(tables) else {
          throw DebugError.cannotWatchByStage2(
            "a block of \(size >> 20) MiB maps it, and a page of its own needs memory for a table: "
              + "'--spare ADDRESS' names a page that nothing uses")
        }
        try tables.split(entry, into: spare)
        refinements.append(
          Refinement(
            tables: page.tables, start: entry.start, byteCount: size,
            kind: .split(entry, table: spare)))
      } else {
        return entry
      }
      guard let next = try tables.entries(mapping: [page.start])[0] else {
        throw DebugError.cannotWatchByStage2(Self.isUnmapped(page))
      }
      guard next.level > entry.level || entry.isContiguous && !next.isContiguous else {
        throw DebugError.cannotWatchByStage2("its entry could not be changed")
      }
      entry = next
    }
  }

  /// Makes entries what they were that no page needs finer any more. What someone has changed since stays.
  private func coarsen(_ tables: Stage2Tables) throws {
    for index in refinements.indices.reversed() where refinements[index].tables == tables.identity {
      let refinement = refinements[index]
      let isNeeded = taken.keys.contains {
        $0.tables == refinement.tables && $0.start &- refinement.start < refinement.byteCount
      }
      guard !isNeeded else { continue }
      switch refinement.kind {
      case .split(let block, let table):
        if try tables.join(block, from: table) { refinements.remove(at: index) }
      case .separation(let entries):
        try tables.unite(entries)
        refinements.remove(at: index)
      }
    }
  }

  /// A page for a table: of those that the user named, or that the hypervisor has for it.
  private func spareTable(_ tables: Stage2Tables) throws -> UInt64? {
    let used = usedTables
    for page in try spares + hypervisorsSpares(tables)
    where try !used.contains(page) && tables.isUsable(page) {
      return page
    }
    return nil
  }

  /// The pages of the hypervisor's symbol `avcpu_spare_tables`.
  private func hypervisorsSpares(_ tables: Stage2Tables) throws -> [UInt64] {
    guard let symbol = modules.of(.hypervisor)?.symbol(named: "avcpu_spare_tables") else {
      return []
    }
    let size = tables.layout.granule.byteCount
    return try (0..<min(symbol.byteCount / size, 64)).compactMap { index in
      do {
        return try memory.walk(of: symbol.address &+ index * size, in: .hypervisor).output
      } catch is DebugError {
        return nil
      }
    }
  }

  // MARK: MDCR_EL2

  /// MDCR_EL2.
  static let debugControl = SystemRegister(3, 4, 1, 1, 1)

  private func putBackDebugControl() throws {
    guard let value = debugControls[access.thread] else { return }
    _ = try agent.system.write(value, to: Self.debugControl, named: "mdcr_el2")
    debugControls[access.thread] = nil
  }
}
