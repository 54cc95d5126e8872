internal import ArmVCpu
internal import GDBRemote

/// The exits of a session: how they are found, the one that a CPU is at, and the others that were seen.
public final class Exits {
  let access: TargetAccess
  let memory: SessionMemory
  let modules: SessionModules
  let system: SystemRegisters

  /// The way to find them, or nil if the target has no exits.
  var source: (any ExitSource)? { didSet { ownRevision += 1 } }
  /// The way that the user wants, or nil for the best available one.
  public internal(set) var wantedWay: ExitWay?
  /// Why other ways are not used, in sentences.
  public internal(set) var notes: [String] = []

  /// The exit that the CPU is at, at an address that exits pass or where guests are entered.
  public private(set) var caught: Exit?
  /// The exit that the CPU handles elsewhere in EL2, once it was requested.
  private var handled: Exit?
  private var problem: DebugError?
  /// The `TargetAccess.generation` that `caught` belongs to.
  private var lookedAt: Int?
  /// Whether the stop has not been counted yet.
  var isNewStop = true
  /// The CPUs whose exit at an unwatched vector has been counted at this stop.
  var countedThreads: Set<ThreadID> = []
  var history = ExitHistory()
  /// How often the machine was seen to be reset.
  private(set) var resetCount = 0
  private var gapCount = 0
  /// The hypervisor's identification from when a snapshot was saved; nil for a live target.
  var savedIdentification: HypervisorIdentification?
  /// The CPUs whose current exit was already counted by another way.
  var carriedThreads: Set<ThreadID> = []
  /// The events that the target has breakpoints for.
  private var interest: ExitInterest = [] {
    didSet { if interest != oldValue { ownRevision += 1 } }
  }

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules,
    _ system: SystemRegisters
  ) {
    self.access = access
    self.memory = memory
    self.modules = modules
    self.system = system
  }

  // MARK: The way

  /// How exits are found, or nil if the target has none.
  public var way: ExitWay? { source?.way }
  /// Why they are found in that way, in a sentence.
  public var reason: String? { source?.reason }

  /// Finds out which way the target supports.
  func open() throws {
    guard access.hasHypervisor, access.architecture == .aarch64, case .stopped = access.target.state
    else { return }
    let choice = ExitWayChoice(access: access, memory: memory, modules: modules)
    let (found, notes) = try choice.source(wanted: wantedWay)
    // What was found out about the vectors is still valid.
    if source?.way != found?.way { source = found }
    self.notes = notes
  }

  /// Finds out again which way the target supports, after the hypervisor's files have changed.
  func reopen() throws {
    guard case .stopped = access.target.state, way != nil || access.hasHypervisor else { return }
    let earlier = source
    source = nil
    do {
      try open()
      try source?.prepare(for: interest)
    } catch {
      source = earlier
      throw error
    }
    ownRevision += 1
  }

  /// Changes how exits are found, from the next resume on; nil for the best available way.
  ///
  /// - Throws: `DebugError.cannotFindExits` if the target doesn't support it. Then nothing has
  ///   changed.
  public func setWay(_ way: ExitWay?) throws {
    try access.requireStopped()
    try access.requireHypervisor(for: "guest exits to catch")
    _ = try access.live()
    let earlier = (wantedWay, source, notes)
    wantedWay = way
    do {
      try open()
      try source?.prepare(for: interest)
    } catch {
      (wantedWay, source, notes) = earlier
      throw error
    }
    if caught?.moment == .caught { carriedThreads.insert(access.thread) }
    lookedAt = nil
  }

  /// Prepares to stop for `interest`.
  ///
  /// - Throws: `DebugError.cannotFindExits`, in which case nothing has changed.
  func prepare(for interest: ExitInterest) throws {
    // The memory that identifies a way may not have been there before.
    if self.interest.isEmpty, !interest.isEmpty, way != .context { try open() }
    guard let source else {
      guard interest.isEmpty else {
        throw DebugError.cannotFindExits(
          "the stub shows no EL2 registers, and the symbols don't show where exits are either")
      }
      return
    }
    try source.prepare(for: interest)
    self.interest = interest
  }

  /// A number that changes whenever `addresses` may have changed.
  var revision: Revision { Revision(own: ownRevision, source: source?.revision ?? 0) }
  private var ownRevision = 0

  /// EL2's known exception returns.
  var exceptionReturns: [UInt64] { source?.exceptionReturns ?? [] }

  /// The addresses in the guest where the target must stop, so that the debugger can undo something
  /// there.
  var guestAddresses: Set<UInt64> = [] {
    didSet { if guestAddresses != oldValue { ownRevision += 1 } }
  }

  /// The addresses where the target must stop for what is prepared.
  var addresses: Set<UInt64> {
    guard let source else { return [] }
    var addresses = source.scoutAddresses.union(source.faultAddresses).union(guestAddresses)
    if interest.contains(.exits) { addresses.formUnion(source.catchAddresses) }
    if interest.contains(.entries) { addresses.formUnion(source.entryAddresses) }
    return addresses
  }

  /// Whether the target stops at exits at all.
  var isWatching: Bool { coverage != .none }
  private var coverage: ExitCoverage { source?.coverage ?? .none }

  /// Gives up an address where the target refused the breakpoint. Returns whether that is possible.
  func giveUp(_ address: UInt64, because reason: String) -> Bool {
    source?.giveUp(address, because: reason) ?? false
  }

  /// Whether a CPU at EL2 is at an address where a fault of the hypervisor itself arrives.
  func isFault(_ state: CPUState) -> Bool {
    state.isAtEL2 && source?.faultAddresses.contains(state.pc) == true
  }

  /// Whether such a fault stops without a catchpoint.
  var stopsAtFaults: Bool { source?.stopsAtFaults ?? false }

  /// Whether a CPU has halted for good, after a fault.
  func isHalted(_ state: CPUState) -> Bool { state.isAtEL2 && source?.isHalted(state) == true }

  /// The instruction of a CPU at an address that exits pass, or nil if it can't be read.
  func instruction(at state: CPUState) throws -> UInt32? {
    if let word = source?.instruction(at: state) { return word }
    do {
      let bytes = try memory.read(.hypervisor, state.pc, byteCount: 4)
      return RegisterDescription.integer(bytes).map { UInt32(truncatingIfNeeded: $0) }
    } catch is DebugError {
      return nil
    }
  }

  /// Whether a CPU is at an address that every exit passes.
  func isCatchAddress(_ state: CPUState) -> Bool { source?.isCatchAddress(state) ?? false }

  /// Whether a CPU is at an instruction that reveals something once it was executed.
  func isScoutAddress(_ state: CPUState) -> Bool {
    source?.scoutAddresses.contains(state.pc) == true
  }

  // MARK: A stop

  /// The user resumes the target.
  ///
  /// - Parameter looksInside: whether there are breakpoints in the hypervisor, where the exit must be known for
  ///   certain.
  func beginRun(looksInside: Bool) {
    source?.beginRun(fromExit: caught != nil && !looksInside)
  }

  /// The target has stopped: the next look counts the exit.
  func beginStop() {
    isNewStop = true
    countedThreads = []
  }

  /// The target is resumed. `isWholeTarget` is true if other CPUs run too, or more than one instruction.
  func noteResume(isWholeTarget: Bool) {
    (caught, handled, problem, lookedAt) = (nil, nil, nil, nil)
    source?.noteResume()
    if isWholeTarget { history.noteRun(with: coverage) }
  }

  /// Reads the registers of the selected CPU, and the exit if it is at one, in one round trip if the exit's place is
  /// known.
  @discardableResult
  func examine() throws -> CPUState {
    let (state, responses) = try access.examine(with: source?.requests() ?? [])
    try look(at: state, responses)
    return state
  }

  private func look(at state: CPUState, _ responses: ArraySlice<Response>) throws {
    (caught, handled, problem) = (nil, nil, nil)
    lookedAt = access.generation
    guard access.hasHypervisor, let source else { return }
    do {
      let sighting = try source.look(at: state, responses)
      if source.gapCount != gapCount {
        gapCount = source.gapCount
        history.noteRun(with: .none)
      }
      switch sighting {
      case .exit(let exit): try take(exit)
      case .reset:
        history = ExitHistory()
        resetCount += 1
      case .guest: history.noteGuest(access.thread)
      case .host, .elsewhere: break
      }
    } catch let error as DebugError {
      problem = error
      throw error
    } catch {
      // Nothing was found out: the next caller looks again.
      lookedAt = nil
      throw error
    }
    isNewStop = false
  }

  private func take(_ found: Exit) throws {
    var exit = found
    try readStage1Control(of: &exit)
    switch exit.moment {
    case .caught:
      // An exit that was caught at its vector by another way passes its trampoline too.
      let isCarried =
        isNewStop && carriedThreads.remove(access.thread) != nil
        && history.isLast(exit, on: access.thread)
      history.note(&exit, on: access.thread, isNew: isNewStop && !isCarried)
    case .entering: history.complete(&exit, on: access.thread)
    case .handled: break
    }
    if let vttbr = exit.origin.vttbr { memory.machines.note(vttbr: vttbr, vtcr: nil) }
    caught = exit
  }

  /// Reads whether the guest's MMU was off, if the exit's address depends on it.
  private func readStage1Control(of exit: inout Exit) throws {
    guard let abort = exit.reason.abort, abort.address == nil, abort.virtualAddress != nil,
      !exit.isCopy
    else { return }
    exit.sctlr = try access.readRegister("SCTLR_EL1")
  }

  // MARK: The exit

  /// Whether the CPU's position was examined.
  var hasLooked: Bool { lookedAt == access.generation }

  /// The CPU's known exit; nil if there is none, or if it wasn't examined yet.
  public var current: Exit? { lookedAt == access.generation ? caught ?? handled : nil }

  /// The exit of the CPU: the one that it is at, or handles.
  ///
  /// - Throws: `DebugError.notAtExit` with the reason.
  public func require() throws -> Exit {
    let state = try lookedState()
    if let problem { throw problem }
    if let current { return current }
    guard let source, access.hasHypervisor else { throw DebugError.notAtExit(.none) }
    guard try state.isAtEL2 || runsHost(state) else { throw DebugError.notAtExit(.guestRuns) }
    let found = state.isAtEL2 ? try source.handledExit(at: state) : nil
    var exit = try found ?? history.exit(on: access.thread)
    if found == nil, source.isUnsure, try !isStillInCPU(exit) {
      throw DebugError.notAtExit(.vectorsUnwatched)
    }
    try readStage1Control(of: &exit)
    // At a vector that isn't watched: it is seen now.
    if exit.moment == .caught {
      history.note(&exit, on: access.thread, isNew: countedThreads.insert(access.thread).inserted)
    }
    handled = exit
    return exit
  }

  /// Whether the CPU's registers are still those of an exit.
  private func isStillInCPU(_ exit: Exit) throws -> Bool {
    let values = try access.read(["ESR_EL2", "ELR_EL2", "SPSR_EL2"])
    return values["ELR_EL2"] == exit.pc && values["SPSR_EL2"] == exit.pstate.rawValue
      && (!exit.hasSyndrome || values["ESR_EL2"] == exit.syndrome.esr.rawValue)
  }

  /// The exit as it was when the guest left. When a guest is about to be entered, its registers are already the new
  /// ones, and the CPU has the syndrome of something else, or none.
  ///
  /// - Throws: `DebugError.notAtExit` with the reason, also for an entry without a preceding exit
  ///   that was seen.
  public func requireCause() throws -> Exit {
    let exit = try require()
    guard exit.moment != .caught else { return exit }
    // The handler may have overwritten the guest's request with its answer.
    if var before = history.last(of: exit.origin),
      exit.moment == .entering || before.count == exit.count
    {
      before.moment = exit.moment
      before.storage = exit.storage
      return before
    }
    guard exit.moment == .entering else { return exit }
    switch exit.count {
    case .kept(0): throw DebugError.notAtExit(.neverEntered)
    case .kept: return exit
    case .seen: throw DebugError.notAtExit(.notSeenBeforeEntry)
    }
  }

  /// Whether a CPU that isn't at EL2 runs something other than a guest: a host, which may handle an exit, or the
  /// firmware at EL3. Without stage 2, or with TGE, there is no guest below EL2.
  func runsHost(_ state: CPUState) throws -> Bool {
    guard !state.isAtEL2, access.target.registers["HCR_EL2"] != nil else { return false }
    guard state.isBelowEL2 else { return true }
    let hcr = HCR_EL2(rawValue: try access.readRegister("HCR_EL2"))
    return !hcr.contains(.vm) || hcr.contains(.tge)
  }

  /// Counts the exit that the CPU is at, if it wasn't reported yet: the user steps the CPU off it
  /// by hand.
  func countCaught() throws {
    _ = try lookedState()
    guard var exit = caught, exit.moment == .caught else { return }
    history.note(&exit, on: access.thread, isNew: true)
    caught = exit
  }

  /// Whether the registers without a prefix are the guest's: at a caught exit, and while the CPU runs the guest.
  public func showsGuest() throws -> Bool {
    let state = try lookedState()
    return !state.isAtEL2 || caught != nil
  }

  /// The CPU's registers, after checking whether it is at an exit.
  private func lookedState() throws -> CPUState {
    let state = try access.requireState()
    if lookedAt != access.generation { try look(at: state, []) }
    return state
  }

  /// What the hypervisor changed in the guest since its exit, when a guest is about to be entered; nil anywhere else,
  /// and if the exit wasn't seen.
  public var changes: EntryChanges? {
    guard let exit = caught, exit.moment == .entering, let before = history.last(of: exit.origin)
    else { return nil }
    return EntryChanges(from: before, to: exit)
  }

  /// Reads the guest's byte order at a store's exit, unless it is known. Until then the value is a
  /// little-endian guest's.
  public func readByteOrder() throws {
    // For a copy, the register may by now belong to another guest.
    guard let exit = current, case .mmioWrite = exit.reason, exit.sctlr == nil, !exit.isCopy else {
      return
    }
    let sctlr = try access.readRegister("SCTLR_EL1")
    caught?.sctlr = sctlr
    handled?.sctlr = sctlr
    if exit.moment == .caught { history.note(sctlr: sctlr, of: exit, on: access.thread) }
  }

  /// Records that a part of the exit has changed where it is.
  func note(_ value: UInt64, of part: ExitPart) {
    caught?.update(part, to: value)
    handled?.update(part, to: value)
  }
}
