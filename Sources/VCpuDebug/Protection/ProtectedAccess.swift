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
  /// Whether the guest's own walk of its tables needed it, and no instruction accesses it.
  let isOnStage1Walk: Bool
  /// Whether it would have written.
  let isWrite: Bool
  /// The guest's instruction; nil for a walk, and where it can't be read.
  let word: UInt32?

  var instruction: MemoryInstruction? { word.map { MemoryInstruction($0) } }
}

extension SessionProtection {
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
      tables: VirtualMachines.identity(here),
      start: address & ~(tables.layout.granule.byteCount - 1))
    // A walk reads its table, or writes the access flag into it.
    let needed: PagePermission =
      abort.isStage1Walk ? [.read, .write] : abort.isWrite ? .write : .read
    let isLacking = taken[page].map { $0.bits & needed.bits != 0 } ?? false
    guard try isLacking || past.contains(page) && tables.allows(needed, at: page.start) else {
      return nil
    }
    return ProtectedAccess(
      exit: exit, page: page, address: address, isOnStage1Walk: abort.isStage1Walk,
      isWrite: abort.isWrite, word: abort.isStage1Walk ? nil : try agent.instruction(of: exit))
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

  /// The bytes that an access may be to, as far as its instruction shows: a range of intermediate physical addresses.
  func extent(of access: ProtectedAccess) -> ClosedRange<UInt64> {
    let byteCount: UInt64
    switch access.instruction {
    case .loadStore(let instruction)?: byteCount = instruction.totalByteCount
    case .indivisible?, .other?, nil:
      // DC ZVA and the widest structure accesses: whole blocks of 64 bytes.
      let first = access.address & ~63
      return first...(first &+ 63)
    }
    return access.address...(access.address &+ (byteCount - 1))
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
