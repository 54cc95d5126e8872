internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// Finds exits by the vectors of EL2, which every hypervisor has. At their first instruction nothing has been saved or
/// changed: all of the guest's registers, and the syndrome, are in the CPU.
///
/// The vectors are where VBAR_EL2 says while a guest runs. That address is seen when it is written, so the target also
/// stops at the instructions that write it, until it is known.
final class VectorSource: ExitSource {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let search: CodeSearch
  private(set) var tables = VectorTables()
  private(set) var points = ControlPoints()
  /// The registers that were read last.
  private(set) var control: ControlRegisters? {
    didSet { if control?.isE2H != oldValue?.isE2H { ownRevision += 1 } }
  }
  private var searched: Set<ControlRegisters.Regime> = []
  private var hasSearchedFile = false
  private var interest: ExitInterest = [] {
    didSet { if interest != oldValue { ownRevision += 1 } }
  }
  private var cpuCount = 1
  /// The CPU that the machine starts with. The others look as after a reset whenever they are switched on.
  private var bootThread: ThreadID?
  /// Whether there is code that was not searched, as there is too much.
  private(set) var isSearchCutOff = false
  /// How often it turned out that the vectors had moved unnoticed.
  private(set) var gapCount = 0
  private var hasRevived = false
  private var runCount = 0
  private lazy var registerRequests = access.requests(Self.registers) ?? []

  let way = ExitWay.vectors
  let reason: String

  init(
    reason: String, _ access: TargetAccess, _ memory: SessionMemory, modules: SessionModules
  ) {
    self.reason = reason
    self.access = access
    self.memory = memory
    search = CodeSearch(access: access, memory: memory, modules: modules)
  }

  // MARK: Where to stop

  var catchAddresses: Set<UInt64> { addresses.catching }
  var scoutAddresses: Set<UInt64> { addresses.scouts }
  var entryAddresses: Set<UInt64> { addresses.entries }
  var faultAddresses: Set<UInt64> { addresses.faults }

  var coverage: ExitCoverage {
    guard !catchAddresses.isEmpty else { return .none }
    return interest.isSuperset(of: .everyExit) ? .all : .some
  }

  /// The addresses to stop at, computed once for each revision: every exit asks for them, and they
  /// hardly ever change.
  private struct Addresses {
    var revision: Int
    var catching: Set<UInt64>
    var scouts: Set<UInt64>
    var entries: Set<UInt64>
    var faults: Set<UInt64>
  }

  private var lastAddresses: Addresses?

  private var addresses: Addresses {
    if let lastAddresses, lastAddresses.revision == revision { return lastAddresses }
    let addresses = Addresses(
      revision: revision, catching: tables.catchAddresses(for: interest),
      scouts: interest.isEmpty ? [] : points.writerAddresses,
      entries: interest.contains(.entries) ? points.entryAddresses : [], faults: ownFaultAddresses)
    lastAddresses = addresses
    return addresses
  }

  /// None of the three ever decreases.
  var revision: Int { tables.revision + points.revision + ownRevision }
  private var ownRevision = 0

  var exceptionReturns: [UInt64] { points.returnAddresses }

  var stopsAtFaults: Bool { control?.isE2H == false }

  /// By default only if EL2 should never take one: a host with E2H takes them all the time.
  private var ownFaultAddresses: Set<UInt64> {
    guard control?.isE2H == false || interest.contains(.faults) else { return [] }
    return Set(
      tables.all.filter { table in
        switch table.use {
        case .unusable, .empty, .host: false
        case .unknown, .guests: true
        }
      }.map { $0.base &+ VectorTables.faultOffset })
  }

  func prepare(for interest: ExitInterest) throws {
    if !interest.isSubset(of: self.interest) { try findVectors() }
    self.interest = interest
  }

  /// Looks for the vectors in the target's current state.
  private func findVectors() throws {
    let missing = (ControlRegisters.required + Self.registers).first {
      access.target.registers[$0] == nil
    }
    if let missing {
      throw DebugError.cannotFindExits(
        "the stub does not show \(missing), which is needed to find exits")
    }
    cpuCount = try self.countCPUs()
    let state = try access.requireState()
    let values = try access.read(ControlRegisters.names(in: access))
    guard let control = ControlRegisters(values) else { return }
    try note(control, at: state)
    guard !points.writerAddresses.isEmpty || !tables.watched.isEmpty else {
      throw DebugError.cannotFindExits(
        "EL2 has no vectors yet, and no code that sets them was found: attach after the hypervisor has booted, "
          + "or pass its ELF file with --symbols")
    }
  }

  /// How many CPUs the stub shows; 1 where it doesn't say.
  private func countCPUs() throws -> Int {
    do throws(RemoteError) {
      let threads = try access.target.threads()
      bootThread = threads.first
      return max(1, threads.count)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return 1
    }
  }

  func watch(vectorsAt base: UInt64) throws -> String? {
    if !tables.isSettled(base) {
      _ = tables.add(base)
      tables.noteContents(base, reason: try fault(of: base))
    }
    return tables.reasonNotToStop(at: base)
  }

  func giveUp(_ address: UInt64, because reason: String) -> Bool {
    let words = "no breakpoint can be set there: \(reason)"
    return tables.giveUp(entryAt: address, because: words) || points.giveUp(address)
  }

  // MARK: Getting to know

  /// Processes EL2's current registers: new vectors, and code that was not searched.
  private func note(_ control: ControlRegisters, at state: CPUState) throws {
    if control.vbar != 0, !tables.isSettled(control.vbar) {
      if tables.add(control.vbar) {
        // Writers that are no longer watched have set it at an unknown time.
        if points.retiredCount > 0 || hasRevived { gapCount += 1 }
        points.noteNews()
      }
      let reason = try fault(of: control.vbar)
      tables.noteContents(control.vbar, reason: reason)
      if reason == nil {
        // With the MMU off the code near them may turn E2H on: Linux's does.
        points.add(
          try search.places(around: control.vbar), isE2H: control.isE2H || !control.isMMUOn,
          isNearVectors: true)
      }
    }
    if !hasSearchedFile {
      hasSearchedFile = true
      points.add(search.placesInSymbols(), isE2H: true)
    }
    let regime = control.regime(isCodeLow: state.isAtEL2 && state.pc < 1 << 63)
    guard !searched.contains(regime) else {
      self.control = control
      return
    }
    if control.isMMUOn || control.ttbr0 & ~1 != 0 {
      let (places, isCutOff) = try search.places(by: control, regime)
      if isCutOff { isSearchCutOff = true }
      points.add(places, isE2H: control.isE2H)
      // What was found at the files' load addresses is elsewhere now.
      if control.isMMUOn, !places.isEmpty, !isCutOff { points.giveUpGuesses() }
    } else if state.isAtEL2 || state.exceptionLevel == 3 {
      // Nothing has run yet, or only the beginning: code is where it was loaded.
      let (places, isCutOff) = try search.placesInLoadedImages()
      if isCutOff { isSearchCutOff = true }
      points.add(places, isE2H: true, isGuess: true)
    }
    if state.isAtEL2 {
      points.add(
        try search.places(around: state.pc), isE2H: control.isE2H || !control.isMMUOn)
    }
    // Set only now: if the wait was cancelled, the next stop tries again.
    searched.insert(regime)
    self.control = control
    points.noteNews()
  }

  /// What is wrong with vectors at an address, or nil if nothing is.
  private func fault(of base: UInt64) throws -> String? {
    let hexadecimal = "0x" + String(base, radix: 16)
    do {
      let bytes = try memory.read(.hypervisor, base &+ 0x400, byteCount: 4)
      guard RegisterDescription.integer(bytes) != 0 else {
        return "there is no code at \(hexadecimal)"
      }
      return nil
    } catch is DebugError {
      return "nothing is mapped at \(hexadecimal)"
    }
  }

  // MARK: Looking

  private static let registers = [
    "ESR_EL2", "FAR_EL2", "HPFAR_EL2", "HCR_EL2", "VTTBR_EL2", "ELR_EL2", "SPSR_EL2", "SP_EL0",
    "SP_EL1", "VMPIDR_EL2",
  ]

  func requests() -> [Request] {
    interest.isEmpty ? [] : registerRequests
  }

  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting {
    guard !interest.isEmpty else { return state.isAtEL2 ? .elsewhere : .guest }
    let values = try access.values(Self.registers, responses) ?? access.read(Self.registers)
    let hcr = HCR_EL2(rawValue: values["HCR_EL2"] ?? 0)
    let hasGuest = hcr.contains(.vm) && !hcr.contains(.tge)
    let entry =
      state.isAtEL2 ? tables.entry(at: state.pc).flatMap { $0.offset >= 0x400 ? $0 : nil } : nil
    if hcr.rawValue == 0, !state.isBelowEL2, tables.hasGuests, access.thread == bootThread,
      try hasBeenReset()
    {
      return .reset
    }
    // At the vector of a guest's exit nothing new can be found; at most other stops it can, such as after a step
    // over an instruction that sets the vectors.
    if entry == nil || !hasGuest { try noteControl(at: state, mayHaveGuest: hasGuest) }
    guard state.isAtEL2 else {
      // Every breakpoint slows the target down.
      if !hcr.contains(.e2h) { points.noteHitBelowEL2(state.pc) }
      guard hasGuest, state.exceptionLevel != 3 else { return .host }
      if let control { tables.noteGuest(control.vbar, on: access.thread) }
      return .guest
    }
    if interest.contains(.entries), points.entryAddresses.contains(state.pc) {
      let level = SPSR_EL2(rawValue: values["SPSR_EL2"] ?? 0).exceptionLevel
      points.noteReturn(
        state.pc, entersGuest: hasGuest && level < 2,
        isHostsProgram: hcr.contains(.tge) && level < 2)
      if hasGuest, level < 2 { return .exit(exit(.synchronous, .entering, state, values)) }
    }
    guard let (base, offset) = entry, let kind = VectorTables.kind(of: offset) else {
      return .elsewhere
    }
    guard hasGuest else {
      tables.noteHost(base, on: access.thread, hasTGE: hcr.contains(.tge))
      return .elsewhere
    }
    tables.noteGuest(base, on: access.thread)
    return .exit(exit(kind, .caught, state, values))
  }

  /// The user resumes the target. Writers that are no longer watched are watched again: each time, or only occasionally
  /// if the run starts at an exit.
  func beginRun(fromExit: Bool) {
    runCount += 1
    guard points.retiredCount > 0, !fromExit || runCount % Self.runsUntilRevival == 0 else {
      return
    }
    points.reviveWriters()
    hasRevived = true
  }

  private static let runsUntilRevival = 64

  var isUnsure: Bool { points.retiredCount > 0 }

  /// Whether the machine restarts: EL2 has no vectors, no guest and no tables. Then nothing known before is valid.
  private func hasBeenReset() throws -> Bool {
    guard let control = ControlRegisters(try access.read(ControlRegisters.names(in: access))),
      control.vbar == 0, !control.isMMUOn
    else { return false }
    (tables, points, searched) = (VectorTables(), ControlPoints(), [])
    (hasSearchedFile, hasRevived, self.control) = (false, false, nil)
    ownRevision += 1 << 32
    do {
      try findVectors()
    } catch DebugError.cannotFindExits {
      // As at a reset at the start of a session, but nothing is requested now.
    }
    return true
  }

  /// Reads the registers that locate the vectors, while these are searched for.
  func noteControl(at state: CPUState, mayHaveGuest: Bool = false) throws {
    let showsGuestsTable = mayHaveGuest && !state.isAtEL2
    guard !points.writerAddresses.isEmpty || control == nil || showsGuestsTable else { return }
    points.noteHit(state.pc, access.target.selectedThread)
    guard let control = ControlRegisters(try access.read(ControlRegisters.names(in: access))) else {
      return
    }
    if control != self.control { try note(control, at: state) }
    points.retireIdleWriters(cpuCount: cpuCount, areGuestsKnown: tables.hasGuests)
  }

  private static let generalRegisters = (0..<31).map { "x\($0)" }

  private func exit(
    _ kind: TrapKind, _ moment: Exit.Moment, _ state: CPUState, _ values: [String: UInt64]
  ) -> Exit {
    var frame = TrapFrame()
    for number in 0..<31 {
      frame.setGPR(UInt8(number), state.registers[Self.generalRegisters[number]] ?? 0)
    }
    frame.sp_el0 = values["SP_EL0"] ?? 0
    frame.elr = values["ELR_EL2"] ?? 0
    frame.spsr = values["SPSR_EL2"] ?? 0
    var exit = Exit(
      way: .vectors, storage: .cpu, frame: frame, spEL1: values["SP_EL1"],
      syndrome: ExitSyndrome(kind: kind, values),
      origin: ExitOrigin(vttbr: values["VTTBR_EL2"] ?? 0, vmpidr: values["VMPIDR_EL2"] ?? 0),
      count: .seen(0), hcr: values["HCR_EL2"].map { HCR_EL2(rawValue: $0) })
    exit.moment = moment
    return exit
  }

  /// Even if nothing is watched, an exit is visible at its vector.
  func handledExit(at state: CPUState) throws -> Exit? {
    guard interest.isEmpty, access.requests(Self.registers + ["VBAR_EL2"]) != nil else {
      return nil
    }
    let offset = state.pc &- (try access.readRegister("VBAR_EL2"))
    guard offset >= 0x400, offset < 0x800, offset % 0x80 == 0,
      let kind = VectorTables.kind(of: offset)
    else { return nil }
    let values = try access.read(Self.registers)
    let hcr = HCR_EL2(rawValue: values["HCR_EL2"] ?? 0)
    guard hcr.contains(.vm), !hcr.contains(.tge) else { return nil }
    return exit(kind, .caught, state, values)
  }
}
