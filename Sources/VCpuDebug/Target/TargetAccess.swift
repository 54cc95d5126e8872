internal import ArmVCpu
internal import GDBRemote

/// The target at a stop: whether there is one, and the registers of the selected CPU.
///
/// What was read is kept until it may be stale. Then `generation` changes; code that caches something about the
/// stop compares it.
public final class TargetAccess {
  /// The target.
  public let target: any DebugTarget
  /// The same target, if it can be run and changed.
  private let liveTarget: (any LiveTarget)?
  /// Access to what takes more than a request.
  private(set) lazy var reach: any TargetReach = target.reach(for: self)
  /// The architecture of the target's CPUs.
  public let architecture: Architecture
  /// The byte orders of the target's values.
  public let byteOrders: ByteOrders
  /// Whether the target has guests: whether there is an EL2, as far as is known.
  public internal(set) var hasHypervisor: Bool
  /// The general registers of the CPU that stopped; nil while it runs, and until they are read.
  public private(set) var state: CPUState?
  /// How the target ended; nil while there is one.
  public internal(set) var ending: SessionEvent?
  /// The version of the cached registers: it changes after everything that may have changed them.
  private(set) var generation = 0
  /// How often the program was resumed.
  private(set) var runCount = 0
  /// The version of cached memory: it also changes when the CPU executes an instruction for the debugger.
  private(set) var memoryGeneration = 0
  /// Whether the target is being recorded for a replay; it is asked once.
  private var isRecorded: Bool?
  /// Whether the session has resumed the target, so that its last stop followed from that.
  var wasResumed = false
  /// The registers of the CPU that its stub names as system registers.
  private lazy var shownSystemRegisters = findShownSystemRegisters()
  /// Whether the CPU runs a program of its host, and the version of the registers that this was read with.
  private var hostCheck: (generation: Int, isHosts: Bool)?
  /// The machine's RAM, if this process shares it.
  var sharedMemory: SharedMemory?
  /// What still has to be restored on a CPU that was executing an instruction for the debugger.
  var owedGround: ExecutionGround?

  init(
    target: any DebugTarget, architecture: Architecture, byteOrders: ByteOrders, hasHypervisor: Bool
  ) {
    self.target = target
    liveTarget = target as? any LiveTarget
    self.architecture = architecture
    self.byteOrders = byteOrders
    self.hasHypervisor = hasHypervisor
  }

  /// The target, to run or change it.
  ///
  /// - Throws: `DebugError.snapshot` if it is one.
  public func live() throws(DebugError) -> any LiveTarget {
    guard let liveTarget else { throw .snapshot }
    return liveTarget
  }

  /// Whether the target is a snapshot.
  var isSnapshot: Bool { liveTarget == nil }

  // MARK: Whether there is a target

  /// Whether there is still a target: it has not ended, and the connection holds.
  public var hasTarget: Bool {
    guard ending == nil else { return false }
    switch target.state {
    case .stopped, .running: return true
    case .ended, .disconnected: return false
    }
  }

  /// The word for the target: `machine` or `program`.
  public var targetNoun: String { target.isMachine ? "machine" : "program" }

  /// The CPU or thread whose registers are shown; `ThreadID.any` if the stub doesn't say.
  var thread: ThreadID { target.selectedThread ?? .any }

  /// Throws unless there is a stopped target.
  public func requireStopped() throws(DebugError) {
    if let ending { throw .ended(text(of: ending)) }
    switch target.state {
    case .stopped: return
    case .running: throw .running
    case .ended, .disconnected: throw .ended("the target is lost")
    }
  }

  private func text(of ending: SessionEvent) -> String {
    guard hasHypervisor else { return "the \(targetNoun) has ended" }
    if case .ended(let status) = ending, status == 0 { return "the machine has powered off" }
    return "the target has ended"
  }

  /// Throws unless the target has guests. `what` is what was requested, in the plural.
  public func requireHypervisor(for what: String) throws(DebugError) {
    guard hasHypervisor else { throw .noHypervisor(what, architecture: architecture.name) }
  }

  // MARK: The registers

  /// Forgets what was read, after something that may have changed it.
  public func forget() {
    state = nil
    generation += 1
    memoryGeneration += 1
  }

  /// Records that memory may have changed, and no register has.
  func noteMemoryChange() { memoryGeneration += 1 }

  /// Records that the target is resumed.
  func noteResume() { wasResumed = true }

  /// Records that the program is resumed, rather than made to execute an instruction of the debugger's.
  func noteRun() {
    runCount += 1
    noteResume()
  }

  /// The registers of the CPU that stopped. They are read now if they could not be at the stop, or if that was
  /// cancelled.
  public func requireState() throws -> CPUState {
    try requireStopped()
    try settle()
    if let state { return state }
    return try examine(with: []).state
  }

  /// Reads the registers of the selected CPU, and what `requests` ask for, in one round trip.
  func examine(with requests: [Request]) throws -> (
    state: CPUState, responses: ArraySlice<Response>
  ) {
    try settle()
    forget()
    let responses = try target.batch([.generalRegisters] + requests)
    let state = try CPUState(try responses[0].generalRegisters(), of: architecture)
    self.state = state
    // Some stubs don't show system registers: then EL2 is detected once the CPU is there.
    if state.isAtEL2 { hasHypervisor = true }
    return (state, responses.dropFirst())
  }

  /// The description of one of the target's registers.
  func description(of name: String) throws(RemoteError) -> RegisterDescription {
    if let register = target.registers[name] { return register }
    throw RemoteError(.noSuchRegister, "the target has no register \(name)")
  }

  /// The space whose addresses the selected CPU uses, so that its stub shows their memory; nil for another than those
  /// that have a name.
  func seenSpace() throws -> AddressSpace? {
    guard hasHypervisor else { return .plain }
    switch try requireState().exceptionLevel {
    case 2: return .hypervisor
    case 1: return .guest
    case 0: return try runsHostProgram() ? .program : .guest
    default: return nil
    }
  }

  /// Whether EL0 has its host's tables: HCR_EL2.TGE.
  private func runsHostProgram() throws -> Bool {
    if let hostCheck, hostCheck.generation == generation { return hostCheck.isHosts }
    guard let register = shownSystemRegister(named: "HCR_EL2") else { return false }
    let isHosts = HCR_EL2(rawValue: try readRegisters([register.name])[0]).contains(.tge)
    hostCheck = (generation, isHosts)
    return isHosts
  }

  /// The stub's register for a system register of the manual's; nil if it doesn't show that.
  func shownSystemRegister(named name: String) -> RegisterDescription? {
    SystemRegister(named: name).flatMap { shownSystemRegisters[$0] }
  }

  /// The stub's register for a system register; nil if it doesn't show that.
  func shown(_ register: SystemRegister) -> RegisterDescription? { shownSystemRegisters[register] }

  private func findShownSystemRegisters() -> [SystemRegister: RegisterDescription] {
    guard architecture == .aarch64 else { return [:] }
    var shown: [SystemRegister: RegisterDescription] = [:]
    for register in target.registers.all where register.isSystemRegister {
      SystemRegister(named: register.name).map { shown[$0] = register }
    }
    return shown
  }

  /// The value of a CPU register, whatever the CPU runs. Registers that came with the stop don't need
  /// another request.
  public func readRegister(_ name: String) throws -> UInt64 {
    if let value = state?.registers[name] { return value }
    return try readRegisters([name])[0]
  }

  /// The values of registers of the CPU, in one round trip.
  func readRegisters(_ names: [String]) throws -> [UInt64] {
    try settle()
    let requests = try names.map { Request.register(try description(of: $0)) }
    return try zip(names, try target.batch(requests)).map { name, response in
      guard let value = byteOrders.registers.integer(try response.bytes()) else {
        throw DebugError.notReadable(name, reason: "it is wider than 64 bits")
      }
      return value
    }
  }

  /// Writes a CPU register, and makes sure that it has the value.
  ///
  /// - Parameter typed: its name as typed, for errors: the target's own name for VBAR_EL1 is `VBAR`.
  func writeRegister(_ name: String, _ value: UInt64, named typed: String) throws {
    let register = try description(of: name)
    let fitting = Self.fitting(value, register.bitWidth)
    guard let bytes = register.bytes(of: fitting, byteOrder: byteOrders.registers) else {
      throw DebugError.readOnly(
        typed, reason: "0x\(String(value, radix: 16)) does not fit \(register.bitWidth) bits")
    }
    try writeRegister(register, bytes, named: typed)
  }

  /// Writes all bytes of a register of the CPU, in the stub's order, and makes sure that it has them.
  func writeRegister(_ register: RegisterDescription, _ bytes: [UInt8], named typed: String) throws
  {
    do {
      try live().writeRegister(register, bytes)
    } catch let error as RemoteError {
      guard error.code == .writeIgnored else { throw error }
      // QEMU's Arm machines only pretend to write any of theirs; elsewhere some bits may have been
      // written.
      if !register.isSystemRegister { forget() }
      throw DebugError.readOnly(
        typed,
        reason: register.isSystemRegister
          ? "the stub accepts writes of system registers but doesn't carry them out"
          : error.description)
    }
    forget()
  }

  /// A negative number in the width of a register, if it fits.
  private static func fitting(_ value: UInt64, _ bitWidth: Int) -> UInt64 {
    guard bitWidth < 64, Int64(bitPattern: value) >> Int64(bitWidth - 1) == -1 else { return value }
    return value & UInt64.max >> UInt64(64 - bitWidth)
  }

  /// Whether the target is being recorded or replayed: then no instruction can be skipped or added.
  var isRecordedOrReplayed: Bool {
    get throws(RemoteError) {
      guard let liveTarget else { return false }
      if liveTarget.isReplaying { return true }
      if let isRecorded { return isRecorded }
      let answer = try liveTarget.isRecording()
      isRecorded = answer
      return answer
    }
  }

  // MARK: What is still to be restored

  /// Restores what an execution could not restore on its CPU, for example because its answers were lost: the
  /// instruction where the debugger placed its own, and registers. Called before anything that depends on it. The
  /// selected thread stays selected.
  func settle() throws(RemoteError) {
    do throws(RemoteError) {
      try settleAll()
    } catch {
      guard let ground = owedGround, target.state == .disconnected else { throw error }
      throw RemoteError(error.code, "\(error.description); \(ground.text)")
    }
  }

  private func settleAll() throws(RemoteError) {
    guard let ground = owedGround, case .stopped = target.state, let liveTarget else { return }
    try onThread(ground.thread) { () throws(RemoteError) in
      try InstructionExecutor(self, liveTarget).putBack(ground)
    }
    owedGround = nil
    forget()
  }

  /// Does something with a thread, and keeps the selected one selected.
  func onThread<R>(
    _ thread: ThreadID?, _ body: () throws(RemoteError) -> R
  ) throws(RemoteError) -> R {
    guard let thread, let selected = target.selectedThread, thread != selected else {
      return try body()
    }
    let result: R
    do throws(RemoteError) {
      try target.select(thread)
      result = try body()
    } catch {
      try? target.select(selected)
      throw error
    }
    try target.select(selected)
    return result
  }
}

extension RegisterDescription {
  /// Whether it is one that QEMU's stub shows and only pretends to write (quirk 3).
  var isSystemRegister: Bool { group == "cp_regs" }
}
