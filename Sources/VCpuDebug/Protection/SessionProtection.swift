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
  let modules: SessionModules

  /// What is to be taken.
  private(set) var wanted: [GuestPage: PagePermission] = [:]
  /// What was taken.
  var taken: [GuestPage: Taken] = [:]
  /// Pages that were given everything back: a CPU may still have left because of one.
  var past: Set<GuestPage> = []
  /// The CPUs that were at EL2 after such an exit when a page was given everything back, and have not stopped since.
  var late: Set<ThreadID> = []
  /// The guests, by their tables, whose tables or TLBs may not be what is wanted: a change was not finished, or they have
  /// everything back for a moment.
  var unsettled: Set<UInt64> = []
  /// What was made finer, in the order in which it was done.
  var refinements: [Refinement] = []
  /// Pages for tables that the user named.
  var spares: [UInt64] = []
  /// What MDCR_EL2 was on CPUs that have it changed, until they are at EL2 again.
  var debugControls: [ThreadID: UInt64] = [:]
  /// `Exits.resetCount` when something was taken.
  private var resetCount = 0

  /// A page without a permission.
  struct Taken {
    /// What its entry may be: one thing, or several while a change isn't finished.
    var states: [State] = []
    /// Why it isn't taken after all.
    var obstacle: String?
    /// How many accesses to it were carried out that no watchpoint waits for.
    var passCount = 0

    /// An entry without some of its bits.
    struct State {
      /// The entry as it was left.
      var left: UInt64
      /// The bits that were taken from it.
      var bits: UInt64
    }

    /// The bits that may be missing.
    var bits: UInt64 { states.reduce(0) { $0 | $1.bits } }

    /// The bits to give back to an entry: none if the hypervisor has changed it since, apart from the access flag.
    func bits(for entry: Stage2Tables.Entry) -> UInt64 {
      states.last { ($0.left ^ entry.bits) & ~(1 << 10) == 0 }?.bits ?? 0
    }
  }

  /// Entries that were replaced by finer ones that map the same.
  struct Refinement {
    /// What it was.
    enum Kind {
      /// A block is a table now, at this physical address.
      case split(Stage2Tables.Entry, table: UInt64)
      /// Entries in a row have no hint any more that they are contiguous: their places, and what they were.
      case separation([(place: UInt64, bits: UInt64)])
    }

    let tables: UInt64
    /// The intermediate physical addresses that are mapped by it.
    let start: UInt64
    let byteCount: UInt64
    let kind: Kind
  }

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules, _ exits: Exits,
    _ agent: SessionAgent
  ) {
    self.access = access
    self.memory = memory
    self.modules = modules
    self.exits = exits
    self.agent = agent
  }

  // MARK: What is wanted

  /// The exits that are needed for it.
  var interest: ExitInterest {
    wanted.isEmpty && taken.isEmpty && late.isEmpty && unsettled.isEmpty && debugControls.isEmpty
      ? [] : .exits
  }

  /// Whether something has to be changed at the next stop at EL2.
  var isPending: Bool {
    wanted.contains { page, permission in
      taken[page].map { $0.obstacle != nil || $0.bits & ~permission.bits != 0 } ?? true
    } || taken.keys.contains { wanted[$0] == nil } || !debugControls.isEmpty || !unsettled.isEmpty
  }

  /// Sets what is to be taken, and changes the tables if the CPU can do it now.
  func update(to wanted: [GuestPage: PagePermission]) throws {
    guard wanted != self.wanted || isPending else { return }
    noticeReset()
    self.wanted = wanted
    guard try canChangeTables() else { return }
    try settle()
  }

  /// Sets what is to be taken, and takes it now.
  ///
  /// - Parameter spares: physical addresses of pages that nothing uses, for tables.
  /// - Throws: `DebugError.cannotWatchByStage2` with the reason, `.cannotExecute`. Then nothing has changed.
  func take(_ wanted: [GuestPage: PagePermission], spares: [UInt64]) throws {
    noticeReset()
    let before = (self.wanted, self.spares)
    self.spares += spares.filter { !self.spares.contains($0) }
    do {
      let tables = try Stage2Tables(access, memory)
      let used = usedTables
      for spare in spares where try !used.contains(spare) && !tables.isUsable(spare) {
        throw DebugError.cannotWatchByStage2(
          "pa:0x\(String(spare, radix: 16)) isn't a page of \(tables.layout.granule.byteCount >> 10) KiB of zeros"
        )
      }
      self.wanted = wanted
      try settle()
      let changed = wanted.filter { before.0[$0.key] != $0.value }.keys
      if let obstacle = changed.lazy.compactMap({ self.taken[$0]?.obstacle }).first {
        throw DebugError.cannotWatchByStage2(obstacle)
      }
    } catch {
      (self.wanted, self.spares) = before
      // What can't be undone now is at the next exit.
      try? settle()
      throw error
    }
  }

  /// Forgets what was done to the tables of a machine that has been reset since.
  func noticeReset() {
    guard exits.resetCount != resetCount else { return }
    resetCount = exits.resetCount
    let before = wanted
    forget()
    wanted = before
  }

  /// Forgets everything.
  func forget() {
    (wanted, taken, past, late, unsettled) = ([:], [:], [], [], [])
    (refinements, spares, debugControls) = ([], [], [:])
  }

  // MARK: For display

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

  /// Counts an access to a page that no watchpoint waits for.
  func notePass(_ page: GuestPage) { taken[page]?.passCount += 1 }

  // MARK: Leaving

  /// Gives everything back, before the debugger leaves the target.
  ///
  /// - Throws: `DebugError.notGivenBack` if something isn't as it was. It isn't tried again.
  func giveBackAll() throws {
    guard !interest.isEmpty || !refinements.isEmpty else { return }
    defer { forget() }
    noticeReset()
    wanted = [:]
    var isOnlyInMemory = false
    let selected = access.target.selectedThread
    let threads = try access.target.threads()
    for thread in threads {
      try select(thread)
      guard let here = try memory.here().vttbr.map({ GuestPage.tables(in: $0) })
      else { continue }
      if try canChangeTables() {
        try settle()
      } else if taken.keys.contains(where: { $0.tables == here }) {
        // The CPU is in the guest, and EL2 isn't reached from there.
        try restore { try $0.write($1, isInvalidating: false) }
        for page in taken.keys where page.tables == here { giveUp(page) }
        isOnlyInMemory = true
      }
    }
    // CPUs that have left because of a page: their hypervisor doesn't expect such an exit.
    for thread in threads {
      try select(thread)
      try exits.examine()
      guard let protected = try self.access(at: exits.caught) else { continue }
      try retry(protected.exit)
      late.remove(thread)
    }
    if let selected { try select(selected) }
    let left = remainders(isOnlyInMemory: isOnlyInMemory)
    if !left.isEmpty { throw DebugError.notGivenBack(left.joined(separator: "; ")) }
  }

  private func select(_ thread: ThreadID) throws {
    try access.target.select(thread)
    access.forget()
  }

  /// What is not as it was, in sentences without full stops.
  private func remainders(isOnlyInMemory: Bool) -> [String] {
    func list(_ addresses: [UInt64], _ prefix: String) -> String {
      addresses.sorted().prefix(4).map { "\(prefix):0x\(String($0, radix: 16))" }
        .joined(separator: ", ") + (addresses.count > 4 ? ", …" : "")
    }
    var left: [String] = []
    if !taken.isEmpty {
      left.append(
        "pages lack a permission (\(list(taken.keys.map(\.start), "ipa"))), as their guest is on no CPU"
      )
    }
    if isOnlyInMemory {
      left.append(
        "the TLBs may still have entries of before: the hypervisor may see exits by accesses that it allows"
      )
    }
    if !late.isEmpty {
      left.append(
        "the hypervisor sees an exit of \(late.count) more CPUs by an access that it allows")
    }
    if !debugControls.isEmpty {
      left.append("MDCR_EL2.TDE is 1 for the debugger on \(debugControls.count) CPUs")
    }
    if !usedTables.isEmpty {
      left.append("stage 2 still has the tables at \(list(Array(usedTables), "pa"))")
    }
    return left
  }
}
