internal import ArmVCpu
internal import GDBRemote

/// Pages from which the debugger takes permission at stage 2, so that the guest exits when it accesses them.
///
/// What is wanted may change at any time; the tables only at a stop at EL2 with the guest on the CPU, because only
/// there can the CPU invalidate the TLBs. Until then what is pending stays pending, and exits are watched for it.
public final class SessionProtection {
  let access: TargetAccess
  let memory: SessionMemory
  let exits: Exits
  let agent: SessionAgent
  private let symbols: SessionSymbols

  /// What is to be taken.
  private(set) var wanted: [GuestPage: PagePermission] = [:]
  /// What was taken.
  private(set) var taken: [GuestPage: Taken] = [:]
  /// Pages that were given everything back: a CPU may still have left because of one.
  private(set) var past: Set<GuestPage> = []
  /// The CPUs that were at EL2 after such an exit when a page was given everything back, and have not stopped since.
  private var late: Set<ThreadID> = []
  /// Blocks that were split, in the order in which it was done.
  private var splits: [Split] = []
  /// Pages for tables that the user named.
  private var spares: [UInt64] = []
  /// What MDCR_EL2 was on CPUs that have it changed, until they are at EL2 again.
  var debugControls: [ThreadID: UInt64] = [:]

  /// The guests that have everything back for a moment, by their tables.
  private var suspended: Set<UInt64> = []

  /// A page without a permission.
  struct Taken {
    /// The bits that its entry had.
    var bits: UInt64
    /// Why it isn't taken after all.
    var obstacle: String?
    /// How many accesses to it were carried out that no watchpoint waits for.
    var passCount = 0
  }

  private struct Split {
    let tables: UInt64
    let block: Stage2Tables.Entry
    let byteCount: UInt64
    let table: UInt64
  }

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ symbols: SessionSymbols, _ exits: Exits,
    _ agent: SessionAgent
  ) {
    self.access = access
    self.memory = memory
    self.symbols = symbols
    self.exits = exits
    self.agent = agent
  }

  // MARK: What is wanted

  /// The exits that are needed for it.
  var interest: ExitInterest {
    wanted.isEmpty && taken.isEmpty && late.isEmpty && debugControls.isEmpty ? [] : .exits
  }

  /// Whether something has to be changed at the next stop at EL2.
  var isPending: Bool {
    wanted.contains { page, permission in
      taken[page].map { $0.obstacle != nil || $0.bits & ~permission.bits != 0 } ?? true
    } || taken.keys.contains { wanted[$0] == nil } || !debugControls.isEmpty || !suspended.isEmpty
  }

  /// Sets what is to be taken, and changes the tables if the CPU can do it now.
  func update(to wanted: [GuestPage: PagePermission]) throws {
    guard wanted != self.wanted || isPending else { return }
    self.wanted = wanted
    guard try canChangeTables() else { return }
    try settle()
  }

  /// Sets what is to be taken, and takes it now.
  ///
  /// - Parameter spares: physical addresses of pages that nothing uses, for tables.
  /// - Throws: `DebugError.cannotWatchByStage2` with the reason, `.cannotExecute`. Then nothing has changed.
  func take(_ wanted: [GuestPage: PagePermission], spares: [UInt64]) throws {
    let before = (self.wanted, self.spares)
    self.spares += spares.filter { !self.spares.contains($0) }
    do {
      let tables = try Stage2Tables(access, memory)
      let used = Set(splits.map(\.table))
      for spare in spares where try !used.contains(spare) && !tables.isUsable(spare) {
        throw DebugError.cannotWatchByStage2(
          "pa:0x\(String(spare, radix: 16)) isn't a page of \(tables.layout.granule.byteCount >> 10) KiB of zeros"
        )
      }
      self.wanted = wanted
      try settle()
      if let obstacle = wanted.keys.lazy.compactMap({ self.taken[$0]?.obstacle }).first {
        throw DebugError.cannotWatchByStage2(obstacle)
      }
    } catch {
      (self.wanted, self.spares) = before
      try? settle()
      throw error
    }
  }

  /// Gives everything back, before the debugger leaves the target.
  ///
  /// - Throws: `DebugError.notGivenBack` if something isn't as it was. It isn't tried again.
  func giveBackAll() throws {
    guard !interest.isEmpty else { return }
    defer { forget() }
    wanted = [:]
    var isOnlyInMemory = false
    let selected = access.target.selectedThread
    for thread in try access.target.threads() {
      try access.target.select(thread)
      access.forget()
      guard let here = try memory.here().vttbr,
        taken.keys.contains(where: { $0.tables == VirtualMachines.identity(here) })
      else { continue }
      if try canChangeTables() {
        try settle()
      } else {
        // The CPU is in the guest, and EL2 isn't reached from there.
        try restore { try $0.write($1, isInvalidating: false) }
        taken = taken.filter { $0.key.tables != VirtualMachines.identity(here) }
        isOnlyInMemory = true
      }
    }
    if let selected { try access.target.select(selected) }
    access.forget()
    if let page = taken.keys.first {
      throw DebugError.notGivenBack(
        "permission is still taken from \(taken.count) pages, ipa:0x\(String(page.start, radix: 16)) among them: "
          + "their guest is on no CPU")
    }
    if isOnlyInMemory {
      throw DebugError.notGivenBack(
        "its tables are as they were, but the TLBs may not be: the hypervisor may see exits by accesses that it allows"
      )
    }
  }

  /// Forgets everything: the machine has started again.
  func forget() {
    (wanted, taken, past, late) = ([:], [:], [], [])
    (splits, spares, debugControls, suspended) = ([], [], [:], [])
  }

  /// How many accesses to pages were carried out that no watchpoint waits for.
  public func passCount(of protected: ProtectedPages) -> Int {
    protected.all.reduce(0) { $0 + (taken[$1]?.passCount ?? 0) }
  }

  /// Why accesses to one of the pages don't exit, in a sentence without a full stop; nil if they do, or need not.
  public func obstacle(of protected: ProtectedPages) -> String? {
    for page in protected.all where wanted[page] != nil {
      guard let found = taken[page] else { return "permission is taken at the guest's next exit" }
      if let obstacle = found.obstacle { return obstacle }
    }
    return nil
  }

  func notePass(_ page: GuestPage) { taken[page]?.passCount += 1 }

  // MARK: Changing the tables

  /// Whether the CPU can invalidate the TLBs for the guest: it is at EL2, and the guest is on it.
  func canChangeTables() throws -> Bool {
    guard access.hasHypervisor, case .stopped = access.target.state else { return false }
    let state = try access.requireState()
    guard state.isAtEL2, try ExecutionObstacle(on: access, at: state) == nil else { return false }
    return try memory.here().vttbr != nil
  }

  /// Changes the tables of the guest on the CPU to what is wanted: also where the hypervisor has changed them since.
  func settle() throws {
    try putBackDebugControl()
    let tables = try Stage2Tables(access, memory)
    let here = tables.identity
    let pages = Set(wanted.keys).union(taken.keys).filter { $0.tables == here }
      .sorted { $0.start < $1.start }
    guard !pages.isEmpty else { return }
    let found = try tables.entries(mapping: pages.map(\.start))
    var changes: [(place: UInt64, bits: UInt64)] = []
    for (page, first) in zip(pages, found) {
      guard let first else {
        if wanted[page] == nil { giveUp(page) } else { note(Self.isUnmapped(page), of: page) }
        continue
      }
      let lacking = wanted[page]?.bits ?? 0
      let before = taken[page]?.bits ?? 0
      let entry: Stage2Tables.Entry
      do {
        entry = try lacking == 0 ? first : pageEntry(first, of: page, tables)
      } catch DebugError.cannotWatchByStage2(let reason) {
        note(reason, of: page)
        continue
      }
      let full = entry.bits | before
      if wanted[page] == nil {
        giveUp(page)
      } else {
        taken[page] = Taken(bits: full & lacking, passCount: taken[page]?.passCount ?? 0)
      }
      let bits = full & ~lacking
      if bits != entry.bits { changes.append((entry.place, bits)) }
    }
    if !changes.isEmpty { try tables.write(changes) }
    suspended.remove(here)
    try joinBlocks(tables)
    if pages.contains(where: { taken[$0] == nil }) { try noteLateThreads() }
  }

  private func giveUp(_ page: GuestPage) {
    taken[page] = nil
    past.insert(page)
  }

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

  /// Takes again what the hypervisor has given back meanwhile, at an exit.
  func renew() throws {
    if try canChangeTables() { try settle() }
  }

  /// Gives the guest on the CPU everything back, until `settle()` takes it again.
  func suspend() throws {
    suspended.insert(try restore { try $0.write($1) })
  }

  /// Restores the entries of the guest on the CPU. Returns its tables.
  @discardableResult
  private func restore(
    by write: (Stage2Tables, [(place: UInt64, bits: UInt64)]) throws -> Void
  ) throws -> UInt64 {
    let tables = try Stage2Tables(access, memory)
    let pages = taken.filter { $0.key.tables == tables.identity }
    let found = try tables.entries(mapping: pages.map(\.key.start))
    try write(
      tables,
      zip(pages, found).compactMap { page, entry in
        entry.map { ($0.place, $0.bits | page.value.bits) }
      })
    return tables.identity
  }

  private static func isUnmapped(_ page: GuestPage) -> String {
    "stage 2 doesn't map ipa:0x\(String(page.start, radix: 16)) now"
  }

  private func note(_ obstacle: String, of page: GuestPage) {
    taken[page, default: Taken(bits: 0)].obstacle = obstacle
  }

  /// The entry of a page alone: a block around it is split.
  private func pageEntry(
    _ first: Stage2Tables.Entry, of page: GuestPage, _ tables: Stage2Tables
  ) throws -> Stage2Tables.Entry {
    var entry = first
    while true {
      if entry.isContiguous { try tables.separate(entry) }
      if entry.level < 3 {
        let size = UInt64(1) << UInt64(tables.layout.shift(entry.level))
        let block = Stage2Tables.Entry(
          start: entry.start, level: entry.level, place: entry.place,
          bits: entry.bits & ~(1 << 52))
        guard let spare = try spareTable(tables) else {
          throw DebugError.cannotWatchByStage2(
            "a block of \(size >> 20) MiB maps it, and a page of its own needs memory for a table: "
              + "'--spare ADDRESS' names a page that nothing uses")
        }
        try tables.split(block, into: spare)
        splits.append(Split(tables: page.tables, block: block, byteCount: size, table: spare))
      } else if !entry.isContiguous {
        return entry
      }
      guard let next = try tables.entries(mapping: [page.start])[0] else {
        throw DebugError.cannotWatchByStage2(Self.isUnmapped(page))
      }
      guard next.level > entry.level || !next.isContiguous else {
        throw DebugError.cannotWatchByStage2("its entry could not be changed")
      }
      entry = next
    }
  }

  /// Makes tables blocks again that no page needs any more.
  private func joinBlocks(_ tables: Stage2Tables) throws {
    for index in splits.indices.reversed() where splits[index].tables == tables.identity {
      let split = splits[index]
      let isNeeded = taken.keys.contains {
        $0.tables == split.tables && $0.start &- split.block.start < split.byteCount
      }
      guard !isNeeded else { continue }
      // A table that someone has changed since stays.
      _ = try tables.join(split.block, from: split.table)
      splits.remove(at: index)
    }
  }

  /// A page for a table: of those that the user named, or that the hypervisor has for it.
  private func spareTable(_ tables: Stage2Tables) throws -> UInt64? {
    let used = Set(splits.map(\.table))
    for page in try spares + hypervisorsSpares(tables)
    where try !used.contains(page) && tables.isUsable(page) {
      return page
    }
    return nil
  }

  /// The pages of the hypervisor's symbol `avcpu_spare_tables`.
  private func hypervisorsSpares(_ tables: Stage2Tables) throws -> [UInt64] {
    guard let symbol = symbols.of(.hypervisor)?.symbol(named: "avcpu_spare_tables") else {
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

  /// MDCR_EL2.
  static let debugControl = SystemRegister(3, 4, 1, 1, 1)

  private func putBackDebugControl() throws {
    guard let value = debugControls[access.thread] else { return }
    _ = try agent.system.write(value, to: Self.debugControl, named: "mdcr_el2")
    debugControls[access.thread] = nil
  }
}
