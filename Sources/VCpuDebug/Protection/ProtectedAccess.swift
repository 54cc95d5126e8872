internal import ArmVCpu
internal import GDBRemote

/// An access to a page from which the debugger took the permission for it: the exit isn't the hypervisor's.
struct ProtectedAccess {
  /// The exit.
  let exit: Exit
  /// The page.
  let page: GuestPage
  /// The intermediate physical address of the first byte that was not accessed.
  let address: UInt64
  /// The virtual address of that byte; nil for a walk.
  let virtualAddress: UInt64?
  /// Whether the guest's own walk of its tables needed it, and no instruction accesses it.
  let isOnStage1Walk: Bool
  /// Whether it would have written.
  let isWrite: Bool
  /// The guest's instruction; nil for a walk, and where it can't be read.
  let word: UInt32?

  var instruction: MemoryInstruction? { word.map { MemoryInstruction($0) } }
}

extension SessionProtection {
  /// Lets the guest repeat the instruction of an exit: it is entered with nothing changed.
  func retry(_ exit: Exit) throws {
    var entry = try agent.entry()
    let (machine, features) = try agent.readMachine(of: exit, carryingOut: nil)
    _ = try agent.load(exit, machine, features, into: &entry) { _ in }
    exits.noteResume(isWholeTarget: false)
    _ = try entry.enter()
    exits.history.takeBack(exit, on: access.thread)
  }

  /// The access for which a guest has left the CPU to the debugger; nil for any other exit, and elsewhere.
  ///
  /// The CPU may have left while the page lacked the permission, and stop only now that everything is given back.
  func access(at exit: Exit?) throws -> ProtectedAccess? {
    guard let exit, exit.moment == .caught, !taken.isEmpty || !past.isEmpty,
      let abort = exit.reason.abort, abort.status.isPermission, let here = try memory.here().vttbr,
      let address = try address(of: abort, at: exit)
    else { return nil }
    let tables = try Stage2Tables(access, memory)
    let page = GuestPage(
      tables: GuestPage.tables(in: here),
      start: address & ~(tables.layout.granule.byteCount - 1))
    // A walk reads its table, or writes the access flag into it. Cache maintenance counts as a write, and needs to read.
    let isEither = abort.isStage1Walk || abort.isCacheMaintenance
    let needed: PagePermission = isEither ? [.read, .write] : abort.isWrite ? .write : .read
    let isLacking = taken[page].map { $0.bits & needed.bits != 0 } ?? false
    guard try isLacking || past.contains(page) && tables.allows(needed, at: page.start) else {
      return nil
    }
    let isWalk = abort.isStage1Walk
    return ProtectedAccess(
      exit: exit, page: page,
      address: isWalk ? try walkedEntry(in: page, tables, for: abort) ?? page.start : address,
      virtualAddress: isWalk ? nil : abort.virtualAddress?.rawValue, isOnStage1Walk: isWalk,
      isWrite: !isEither && abort.isWrite, word: isWalk ? nil : try agent.instruction(of: exit))
  }

  /// The intermediate physical address of a permission fault: HPFAR_EL2 has it only for a walk. (Arm ARM DDI 0487,
  /// "HPFAR_EL2".)
  private func address(of abort: MemoryAbort, at exit: Exit) throws -> UInt64? {
    if let address = abort.address { return address.rawValue }
    if abort.isStage1Walk { return exit.syndrome.hpfar.page.rawValue }
    guard let virtual = abort.virtualAddress else { return nil }
    var translation = try memory.translations.translation(of: .guest)
    translation.endsAfterStage1 = true
    return try memory.walk(of: virtual.rawValue, by: translation).output
  }

  /// The entry of the guest's tables that a walk has needed in a page.
  private func walkedEntry(
    in page: GuestPage, _ tables: Stage2Tables, for abort: MemoryAbort
  ) throws -> UInt64? {
    guard let virtual = abort.virtualAddress else { return nil }
    let size = tables.layout.granule.byteCount
    return try memory.walk(of: virtual.rawValue, in: .guest).steps.first {
      $0.stage == 1 && $0.address & ~(size - 1) == page.start
    }?.address
  }

  /// How many bytes an access may be to, before and from its address on, as far as its instruction shows.
  func extent(of access: ProtectedAccess) throws -> (before: UInt64, count: UInt64) {
    if access.isOnStage1Walk { return (0, 8) }
    switch access.instruction {
    case .loadStore(let instruction)?: return (0, instruction.totalByteCount)
    case .indivisible?, .other?, nil: break
    }
    // SYS: DC ZVA, DC GVA, DC GZVA, and other maintenance, of a block. (Arm ARM DDI 0487, "DCZID_EL0".)
    if let word = access.word, word & 0xfff8_0000 == 0xd508_0000 {
      let identification = try agent.system.answers(for: [SystemRegister(3, 3, 0, 0, 7)])
      let size = UInt64(4) << ((identification[0].value ?? 4) & 15)
      return (access.address & (size - 1), size)
    }
    // Advanced SIMD's structures, exclusives and atomics have at most 64 bytes; SVE's vectors and FEAT_MOPS' blocks end
    // with the page.
    return (0, access.word?.isShortAccess == true ? 64 : 0x1000 - access.address & 0xfff)
  }

  /// Carries an access out and enters the guest after it: by the library's rules for a load or store, or else by letting
  /// the guest execute its instruction once with the permission back.
  ///
  /// - Parameter leave: called before the guest is entered.
  /// - Returns: whether the access was carried out. If not, the CPU is at another exit: the instruction makes that, too.
  func carryOut(_ access: ProtectedAccess, leave: () throws -> Void) throws -> Bool {
    if case .loadStore? = access.instruction,
      try agent.carryOut(access.exit, access.word, at: access.address, leave: leave)
    {
      return true
    }
    return try letThrough(access.exit, leave: leave)
  }
}

extension UInt32 {
  /// Whether it is an A64 exclusive, a load or store of Advanced SIMD's structures, or an atomic. (Arm ARM DDI 0487, C4.1
  /// "Loads and Stores".)
  fileprivate var isShortAccess: Bool {
    self & 0x3f00_0000 == 0x0800_0000 || self & 0xbe00_0000 == 0x0c00_0000
      || self & 0x3f20_0c00 == 0x3820_0000
  }
}
