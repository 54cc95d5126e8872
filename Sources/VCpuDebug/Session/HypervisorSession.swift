internal import ArmVCpu
internal import GDBRemote

/// A debug session with a hypervisor: it moves from guest exit to guest exit, and gives each decoded.
///
/// The target may also be a machine without a hypervisor, of any architecture, or a program. Such a session has
/// one address space, no exits, and is otherwise the same.
///
/// It belongs to one thread and never blocks on a running target: `poll()` takes what has arrived. What it can do is in
/// its rooms; it owns one of each, and sets the target going.
public final class HypervisorSession {
  /// The target at a stop, and the registers of its CPU.
  public let access: TargetAccess
  /// The symbols of the hypervisor and of the guest.
  public let symbols: SessionSymbols
  /// Memory by address spaces.
  public let memory: SessionMemory
  /// The exits, and how they are found.
  public let exits: Exits
  /// Registers by their names.
  public let registers: SessionRegisters
  /// What the CPU does for the debugger at an exit.
  public let agent: SessionAgent
  /// What decides which interrupts reach the CPU and its guest.
  public let interrupts: SessionInterrupts
  /// What the text of an expression is worth.
  public let expressions: SessionExpressions
  /// Breakpoints and catchpoints: setting them.
  public let points: SessionBreakpoints
  /// The CPUs or threads.
  public let threads: SessionThreads
  private let runner: Runner

  /// A session with a target that is stopped.
  ///
  /// - Parameters:
  ///   - symbols: the hypervisor's ELF. The program's, where there is no hypervisor.
  ///   - guestSymbols: the guest's ELF, for names of its addresses.
  /// - Throws: `SymbolFileError.wrongMachine` for symbols of another architecture than the target's;
  ///   `DebugError.noRegisters` and `.unknownByteOrder` where neither the target nor the symbols tell.
  public convenience init(
    target: any DebugTarget, symbols: SymbolFile? = nil, guestSymbols: SymbolFile? = nil,
    variables: Variables = Variables()
  ) throws {
    try self.init(
      of: target, SessionSymbols(hypervisor: symbols, guest: guestSymbols), variables)
    guard case .stopped = target.state else { return }
    let state = try access.requireState()
    guard
      !access.byteOrders.isContradicted(
        by: state.pc, byteCount: access.architecture.addressByteCount)
    else { throw DebugError.unknownByteOrder(state.pc) }
    try exits.open()
    if exits.isCatchAddress(state) {
      // What is wrong with an exit is told to whoever asks for it: the target can be looked at all the same.
      do { try exits.examine() } catch is DebugError {}
    }
    runner.noteStoppedThread(nil)
    try threads.numberFirst()
  }

  /// A session as it was when a snapshot was saved in it, with the target that the snapshot is of, or with the snapshot.
  ///
  /// - Throws: `SnapshotError.malformed` for what no session has.
  convenience init(
    restoring saved: SavedSession, with target: any DebugTarget, _ files: SessionSymbols,
    variables: Variables = Variables()
  ) throws {
    try self.init(of: target, files, variables)
    access.hasHypervisor = saved.hasHypervisor
    access.wasResumed = saved.wasResumed
    threads.restore(saved.threadNumbers)
    if let exits = saved.exits { try self.exits.restore(exits, saved.sightings) }
    points.table = try saved.breakpoints.table(parse: expressions.parse)
    do { try exits.examine() } catch is DebugError {}
    runner.noteStoppedThread(nil)
  }

  /// The rooms, before anything is asked of the target but what it is.
  private init(
    of target: any DebugTarget, _ files: SessionSymbols, _ variables: Variables
  ) throws {
    symbols = files
    access = try TargetAccess(target, by: files)
    memory = SessionMemory(access, symbols: files)
    let system = SystemRegisters(access)
    exits = Exits(access, memory, files, system)
    registers = SessionRegisters(access, exits, system)
    agent = SessionAgent(access, memory, exits, system)
    interrupts = SessionInterrupts(access, memory, exits, system)
    expressions = SessionExpressions(access, memory, registers, files, variables)
    points = SessionBreakpoints(access, memory, files, exits, expressions)
    threads = SessionThreads(access, exits)
    runner = Runner(access, exits, points, agent.interrupts)
  }

  // MARK: The target

  /// The target.
  public var target: any DebugTarget { access.target }
  /// The target, to set it going or to change it.
  ///
  /// - Throws: `DebugError.snapshot` where it is one.
  public func live() throws -> any LiveTarget { try access.live() }
  /// Whether the target can be set going and changed.
  public var isLive: Bool { (try? access.live()) != nil }
  /// What to `poll(2)` for stops, or -1.
  public var fileDescriptor: Int32 { (try? access.live())?.fileDescriptor ?? -1 }
  /// What the target has printed through its stub since the last call.
  public func takeConsoleOutput() -> [UInt8] { (try? access.live())?.takeConsoleOutput() ?? [] }
  /// Forgets the target as it is.
  public func disconnect() { (try? access.live())?.disconnect() }
  /// What the CPUs of the target are.
  public var architecture: Architecture { access.architecture }
  /// Whether the target has guests: whether there is an EL2, as far as is known.
  public var hasHypervisor: Bool { access.hasHypervisor }
  /// Whether there is still a target: it has not ended, and the connection holds.
  public var hasTarget: Bool { access.hasTarget }
  /// How the target ended; nil while there is one.
  public var ending: SessionEvent? { access.ending }
  /// What the target is called: `machine` or `program`.
  public var targetNoun: String { access.targetNoun }
  /// What a CPU has not got back of an executed instruction, in a sentence; nil where there is nothing.
  public var owedText: String? { access.owedGround?.text }
  /// What the session assumes because nothing told it, in sentences.
  public var assumptions: [String] { access.assumptions }
  /// Throws unless there is a stopped target.
  public func requireStopped() throws { try access.requireStopped() }
  /// Throws unless the target has guests. `what` is what was asked for, in the plural.
  public func requireHypervisor(for what: String) throws {
    try access.requireHypervisor(for: what)
  }

  // MARK: The stop

  /// The general registers of the CPU that stopped; nil while it runs.
  public var state: CPUState? { access.state }
  /// The general registers of the CPU that stopped. They are read now if they could not be at the stop.
  public func requireState() throws -> CPUState { try access.requireState() }
  /// The exit that the CPU is at or handles, as far as somebody has looked.
  public var exit: Exit? { exits.current }
  /// Looks at the stopped target again, after something that may have changed it without the session.
  public func refresh() throws {
    access.forget()
    if case .stopped = target.state { try exits.examine() }
  }

  // MARK: Values

  /// The value of an expression's text. After `guest:` symbols are the guest's.
  public func value(of text: String) throws -> Value { try expressions.value(of: text) }
  /// Carries out `$x0 = 1`, `$name += 1` or `*(uint32_t *)address = 1`.
  @discardableResult
  public func assign(
    _ text: String, byteCount: Int? = nil, isForced: Bool = false
  ) throws -> AssignedValue {
    try expressions.assign(text, byteCount: byteCount, isForced: isForced)
  }
  /// What the memory of a space holds the instructions of; nil for a set that is not known. A guest of a hypervisor
  /// is taken to run A64, but where it exits from AArch32.
  public func instructionSet(in space: AddressSpace) -> InstructionSet? {
    guard hasHypervisor else { return state?.instructionSet }
    guard space == .guest, let pstate = exit?.pstate.rawValue else { return .a64 }
    // SPSR_EL2.M[4], nRW, and T.
    return pstate & 1 << 4 == 0 ? .a64 : pstate & 1 << 5 == 0 ? .a32 : .t32
  }
  /// The instruction that bytes of a space begin with; nil where there are too few for one.
  public func instruction(
    _ bytes: ArraySlice<UInt8>, at address: UInt64, in space: AddressSpace,
    by disassembler: Disassembler
  ) -> Instruction? {
    let alignment = architecture.instructionAlignment
    return disassembler.instruction(
      bytes, at: address, instructionSet(in: space), byteOrder: access.byteOrders.instructions,
      dataByteCount: alignment > 1 ? alignment : 4)
  }
  /// What a signal of the target's is.
  public func signal(_ number: UInt8) -> Signal {
    Signal(number, isNative: target.hasNativeSignals)
  }

  // MARK: In the hypervisor's place

  /// Does something about the guest's exit that the CPU is at, and enters the guest, whose hypervisor never sees the exit.
  /// The CPU is stopped where the guest goes on.
  ///
  /// - Throws: `DebugError.notAtExit`, `.refused` and `.cannotExecute` with the reason. Then nothing has changed.
  public func perform(_ action: GuestAction) throws -> GuestResumption {
    let resumption = try agent.perform(action, leave: runner.noteLeaving)
    runner.noteEntry(at: resumption.pc)
    return resumption
  }

  // MARK: Running

  /// Breakpoints and catchpoints, as data.
  public var breakpoints: BreakpointTable {
    get { points.table }
    set { points.table = newValue }
  }
  /// Sets the target going until something that the session waits for happens. A program gets the signal that it
  /// stopped for.
  public func resume() throws { try runner.resume() }
  /// Sets the target going with a signal in place of the one that it stopped for; with none for 0.
  public func resume(withSignal signal: UInt8) throws { try runner.resume(withSignal: signal) }
  /// Executes one instruction of the CPU that is looked at, `count` times. The other CPUs stay where they are.
  public func step(count: Int = 1) throws { try runner.step(count: count) }
  /// Asks a running target to stop.
  public func interrupt() throws { try runner.interrupt() }
  /// Whether the target runs.
  public var isRunning: Bool { runner.isRunning }
  /// Whether a running target has been asked to stop.
  public var isInterrupting: Bool { runner.isInterrupting }
  /// What has happened since the target was set going; nil while it runs on, after stops that nobody
  /// waits for too.
  ///
  /// - Throws: `RemoteError` when the target is lost.
  public func poll() throws -> SessionEvent? { try runner.poll() }
  /// Leaves the target running, as it would be without a debugger.
  ///
  /// - Throws: `DebugError.snapshot` where there is nothing to run.
  public func detach() throws {
    let target = try access.live()
    do {
      try access.settle()
      if case .stopped = target.state { try agent.interrupts.withdrawAll() }
    } catch {
      // It is let go all the same, and what it has not got back is said.
      try? target.detach()
      guard let ground = access.owedGround, let error = error as? RemoteError,
        error.code != .connectionClosed
      else { throw error }
      throw RemoteError(error.code, "\(error.description); \(ground.text)")
    }
    try target.detach()
  }
}
