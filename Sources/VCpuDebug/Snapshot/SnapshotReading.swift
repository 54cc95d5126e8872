internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// Reads what a snapshot needs from a stopped target, through a session whose target keeps what is read.
///
/// It makes the same requests as a user's commands: what they read is then in the snapshot, where they work
/// again.
struct SnapshotReading {
  let session: HypervisorSession
  private var access: TargetAccess { session.access }

  /// Code before and after the address of an instruction.
  private static let codeByteCount: UInt64 = 512
  /// The stack above a stack pointer.
  private static let stackByteCount: UInt64 = 8192
  /// How many callers are followed by their frame records.
  private static let frameLimit = 32
  /// A vector table. (Arm ARM DDI 0487, D1.3.4.)
  private static let vectorByteCount: UInt64 = 2048
  /// How many bytes one request reads of a range.
  private static let pieceByteCount: UInt64 = 65_536
  /// How many entries of tables are read for each register that points to some: 1,024 tables with a granule of 4 KiB.
  private static let tableEntryCount = 1 << 19
  /// How many registers are read together.
  private static let rowCount = 64

  init(_ session: HypervisorSession) { self.session = session }

  // MARK: A thread

  /// Reads the selected thread.
  func readThread() throws {
    guard let state = try attempt({ try access.requireState() }) else { return }
    if session.hasHypervisor, session.architecture == .aarch64 {
      // The state of the moment is read first, each register once.
      try attempt { _ = try session.interrupts.state() }
      try readExit()
    }
    try readRegisters()
    _ = access.hasLeftAArch64(state)
    try readCode(session.memory.space(at: state), state.pc)
    try readStack(
      session.memory.space(at: state), sp: state.sp, frame: state.registers["x29"],
      link: state.registers["x30"])
    guard session.hasHypervisor, session.architecture == .aarch64 else { return }
    try readGuest()
    try readHypervisor()
    try readTables()
  }

  /// Reads whole tables, so that they can be listed, and what the machine has where.
  private func readTables() throws {
    for stage in SessionWalks.MappedStage.allCases {
      try attempt {
        _ = try session.walks.mappings(of: stage, entryLimit: Self.tableEntryCount)
      }
    }
    try attempt { _ = try access.reach.text(.flatMemory) }
    try attempt {
      _ = try session.walks.checkedMappings(
        of: .stage2, image: nil, entryLimit: Self.tableEntryCount)
    }
  }

  private func readExit() throws {
    try attempt {
      _ = try session.exits.require()
      try session.exits.readByteOrder()
      _ = try session.exits.requireCause()
    }
    _ = session.exits.fault
    try attempt { _ = try session.exits.controlRegisters() }
    try attempt { _ = try session.exits.identification() }
  }

  private func readRegisters() throws {
    let shown = access.target.registers.all
    _ = try access.target.batch(shown.map { .register($0) })
    guard session.hasHypervisor, session.architecture == .aarch64 else { return }
    let registers = RegisterGroup.everyRegister
    for start in stride(from: 0, to: registers.count, by: Self.rowCount) {
      let row = registers[start..<min(start + Self.rowCount, registers.count)]
      _ = try session.registers.system.answers(for: Array(row))
    }
  }

  // MARK: The worlds

  /// Reads where the exit's guest is.
  private func readGuest() throws {
    guard let exit = try attempt({ try session.exits.require() }) else { return }
    if case .memory(let address) = exit.storage.place(of: .gpr(0)) {
      // A context begins with its frame, but is longer.
      try readRange(.hypervisor, address, byteCount: UInt64(MemoryLayout<VCpuContext>.stride))
    }
    if let address = exit.reason.intermediateAddress {
      try attempt { _ = try session.walks.walk(address.rawValue, in: .intermediatePhysical) }
    }
    try readCode(.guest, exit.instructionAddress ?? exit.pc)
    let sp = exit.pstate.exceptionLevel == 0 ? exit.frame.sp_el0 : exit.spEL1 ?? register("SP_EL1")
    try readStack(.guest, sp: sp ?? 0, frame: exit.gpr(29), link: exit.gpr(30))
    if let vectors = register("VBAR_EL1"), vectors != 0 {
      try readRange(.guest, vectors, byteCount: Self.vectorByteCount)
    }
  }

  /// Reads what identifies the hypervisor.
  private func readHypervisor() throws {
    for base in Set(session.exits.vectorTables.map(\.base) + [register("VBAR_EL2") ?? 0])
    where base != 0 {
      try readRange(.hypervisor, base, byteCount: Self.vectorByteCount)
    }
    if let source = session.exits.source {
      let places = source.catchAddresses.union(source.entryAddresses).union(source.faultAddresses)
      for address in places.sorted().prefix(64) { try readCode(.hypervisor, address) }
    }
    let name = DebugDescriptor.symbolName.description
    if session.exits.way == .context,
      let address = session.modules.hypervisor?.address(of: name)
    {
      try readRange(.hypervisor, address, byteCount: UInt64(DebugDescriptor.byteCount))
      if let local = register("TPIDR_EL2"), local != 0 {
        try readRange(.hypervisor, local, byteCount: Self.cpuLocalByteCount)
      }
    }
  }

  /// How much of a CPU's local memory to read, so that its current context is included.
  private static let cpuLocalByteCount: UInt64 = 1024

  private func register(_ name: String) -> UInt64? {
    guard let register = SystemRegister(named: name) else { return nil }
    return try? session.registers.system.answers(for: [register])[0].value
  }

  // MARK: Memory

  private func readCode(_ space: AddressSpace, _ address: UInt64) throws {
    let start = address - min(address, Self.codeByteCount)
    try readRange(space, start, byteCount: address - start + Self.codeByteCount)
  }

  /// Reads the stack from a stack pointer on, and the code that its frame records return to. (Procedure Call Standard
  /// for the Arm 64-bit Architecture, 6.4.6 "The Frame Pointer".)
  private func readStack(
    _ space: AddressSpace, sp: UInt64, frame: UInt64?, link: UInt64?
  ) throws {
    if let link, link != 0 { try readCode(space, link) }
    guard sp != 0 else { return }
    try readRange(space, sp, byteCount: Self.stackByteCount)
    guard var record = frame else { return }
    for _ in 0..<Self.frameLimit where record != 0 && record % 8 == 0 {
      guard let bytes = try attempt({ try session.memory.read(space, record, byteCount: 16) }),
        let next = RegisterDescription.integer(bytes[..<8]),
        let address = RegisterDescription.integer(bytes[8...])
      else { return }
      if address != 0 { try readCode(space, address) }
      // A chain that doesn't go up may be endless.
      guard next > record else { return }
      record = next
    }
  }

  /// Reads the readable parts of a range, and the tables that lead to it.
  ///
  /// - Parameter missing: gets the other parts.
  func readRange(
    _ space: AddressSpace, _ start: UInt64, byteCount: UInt64, missing: MissingMemory? = nil
  ) throws {
    // A large range isn't stored twice.
    let tables = SnapshotTables(session, copiesMemory: byteCount <= Self.pieceByteCount)
    var next = start
    var left = min(byteCount, UInt64.max - start)
    while left > 0 {
      // One page is either readable or not; several are tried together.
      let piece = min(left, Self.pieceByteCount - next % Self.pieceByteCount)
      let isThere =
        try attempt { try session.memory.read(space, next, byteCount: Int(piece)) } != nil
      if !isThere, piece > 4096 - next % 4096 {
        try readPages(space, next, byteCount: piece, tables, missing)
      } else {
        if !isThere { try note(space, next, byteCount: piece, missing) }
        try tables.readTables(space, next, byteCount: piece, read: attempt)
      }
      next += piece
      left -= piece
    }
  }

  private func readPages(
    _ space: AddressSpace, _ start: UInt64, byteCount: UInt64, _ tables: SnapshotTables,
    _ missing: MissingMemory?
  ) throws {
    var next = start
    let end = start + byteCount
    while next < end {
      let piece = min(end - next, 4096 - next % 4096)
      let isThere =
        try attempt { _ = try session.memory.read(space, next, byteCount: Int(piece)) } != nil
      if !isThere { try note(space, next, byteCount: piece, missing) }
      try tables.readTables(space, next, byteCount: piece, read: attempt)
      next += piece
    }
  }

  /// Records why a part can't be read.
  private func note(
    _ space: AddressSpace, _ start: UInt64, byteCount: UInt64, _ missing: MissingMemory?
  ) throws {
    guard let missing else { return }
    _ = try attempt {
      do {
        _ = try session.memory.read(space, start, byteCount: Int(byteCount))
      } catch DebugError.unmapped(_, _, let reason) {
        missing.note(space, start, byteCount: byteCount, reason: reason)
      }
    }
  }

  /// Makes a request whose failure is an answer too; nil if it failed.
  ///
  /// - Throws: errors that end the reading: the loss of the target, a cancelled wait, a snapshot that is too
  ///   large.
  @discardableResult
  private func attempt<R>(_ body: () throws -> R) throws -> R? {
    do {
      return try body()
    } catch let error as DebugError {
      guard case .stopped = access.target.state else { throw error }
      return nil
    } catch let error as RemoteError where SavedFailure.isAnswer(error) {
      return nil
    }
  }
}
