internal import ArmVCpu
internal import GDBRemote

/// A debug session with a hypervisor: it moves from guest exit to guest exit, and decodes each.
///
/// The target may also be a machine without a hypervisor, of any architecture, or a program. Such a session has
/// one address space, no exits, and is otherwise the same.
///
/// Use it from one thread. It never blocks on a running target: `poll()` processes what has arrived. Its abilities are
/// in the objects below, of which it owns one each; the session itself runs the target.
public final class HypervisorSession {
  /// The target at a stop, and the registers of its CPU.
  public let access: TargetAccess
  /// The files of the hypervisor and of its guests.
  public let modules: SessionModules
  /// Memory by address spaces.
  public let memory: SessionMemory
  /// Linux kernels in memory, and their names.
  public let kernels: LinuxKernels
  /// The exits, and how they are found.
  public let exits: Exits
  /// Registers by their names.
  public let registers: SessionRegisters
  /// The actions of the CPU for the debugger at an exit.
  public let agent: SessionAgent
  /// The stack of the selected CPU, through all programs on it.
  public let stack: SessionStack
  /// Walks of translation tables.
  public let walks: SessionWalks
  /// The state that decides which interrupts reach the CPU and its guest.
  public let interrupts: SessionInterrupts
  /// The programs' source.
  public let source: SessionSource
  /// The program's variables and types.
  public let values: SessionValues
  /// The evaluation of expressions.
  public let expressions: SessionExpressions
  /// Breakpoints and catchpoints: setting them.
  public let points: SessionBreakpoints
  /// Pages of guests whose accesses exit.
  public let protection: SessionProtection
  /// The CPUs or threads.
  public let threads: SessionThreads
  /// Where the files are.
  let placer: ModulePlacer
  /// The machine's RAM, if this process shares it; nil if all memory is the stub's. It can be read after the machine
  /// has ended, too.
  public var sharedMemory: SharedMemory? { access.sharedMemory }
  /// The exits that were recorded.
  public let recorder: SessionRecorder
  /// The filter of exits in the target.
  let filter: TargetFilter
  let runner: Runner
  private let stepper: SourceStepper
  /// Whether interrupts come during steps, as `set step-irq` says; nil if it wasn't used.
  public private(set) var takesInterruptsInSteps: Bool?
  /// What the target had before that.
  private var tookInterruptsInSteps: Bool?

  /// Creates a session with a stopped target.
  ///
  /// - Parameter modules: the files of the hypervisor and of its guests; those of a program, if there is no hypervisor,
  ///   are given as a hypervisor's.
  /// - Throws: `SymbolFileError.wrongMachine` for a file of another architecture than the target's;
  ///   `DebugError.noRegisters` and `.unknownByteOrder` if neither the target nor the files give
  ///   them.
  public convenience init(
    target: any DebugTarget, modules: [Module] = [], variables: Variables = Variables()
  ) throws {
    try self.init(of: target, SessionModules(modules), variables)
    guard case .stopped = target.state else { return }
    let state = try access.requireState()
    guard
      !access.byteOrders.isContradicted(
        by: state.pc, byteCount: access.architecture.addressByteCount)
    else { throw DebugError.unknownByteOrder(state.pc) }
    try exits.open()
    if exits.isCatchAddress(state) {
      // An error in an exit is thrown when the exit is requested: the target can be inspected all the same.
      do { try exits.examine() } catch is DebugError {}
    }
    runner.noteStoppedThread(nil)
    try threads.numberFirst()
  }

  /// Restores a session as it was when a snapshot was saved, with the snapshot's target or with the snapshot itself.
  ///
  /// - Throws: `SnapshotError.malformed` for values that a session can't have.
  convenience init(
    restoring saved: SavedSession, with target: any DebugTarget, _ modules: SessionModules,
    variables: Variables = Variables()
  ) throws {
    try self.init(of: target, modules, variables)
    access.hasHypervisor = saved.hasHypervisor
    access.wasResumed = saved.wasResumed
    threads.restore(saved.threadNumbers)
    if let exits = saved.exits { try self.exits.restore(exits, saved.sightings) }
    points.table = try saved.breakpoints.table(parse: expressions.parse)
    do { try exits.examine() } catch is DebugError {}
    runner.noteStoppedThread(nil)
  }

  /// Creates the parts of the session, before anything but its identity is requested from the
  /// target.
  private init(
    of target: any DebugTarget, _ modules: SessionModules, _ variables: Variables
  ) throws {
    self.modules = modules
    access = try TargetAccess(target, by: modules)
    memory = SessionMemory(access, modules: modules)
    kernels = LinuxKernels(access, memory, modules)
    let system = SystemRegisters(access)
    exits = Exits(access, memory, modules, system)
    stack = SessionStack(access, memory, exits, modules)
    registers = SessionRegisters(access, exits, stack, system)
    values = SessionValues(access, memory, modules, stack, registers)
    agent = SessionAgent(access, memory, exits, system)
    walks = SessionWalks(access, memory, exits)
    interrupts = SessionInterrupts(access, memory, exits, system)
    expressions = SessionExpressions(access, memory, registers, walks, modules, values, variables)
    source = SessionSource(access, modules, stack)
    protection = SessionProtection(access, memory, modules, exits, agent)
    filter = TargetFilter(access, memory, exits)
    points = SessionBreakpoints(
      access, memory, modules, walks, exits, protection, expressions, source, filter)
    threads = SessionThreads(access, exits)
    placer = ModulePlacer(access, memory, modules)
    recorder = SessionRecorder(access, memory, modules, system)
    runner = Runner(
      access, exits, points, protection, agent.interrupts,
      AwaitedModules(access, modules, exits, points, placer), filter)
    stepper = SourceStepper(runner, points, stack, modules)
    modules.find = { [weak kernels] in kernels?.addIfNeeded($0) }
  }

  // MARK: The target

  /// The target.
  public var target: any DebugTarget { access.target }
  /// The target, to run or change it.
  ///
  /// - Throws: `DebugError.snapshot` if the target is one.
  public func live() throws -> any LiveTarget { try access.live() }
  /// Whether the target can be run and changed.
  public var isLive: Bool { (try? access.live()) != nil }
  /// The descriptor to `poll(2)` for stops, or -1.
  public var fileDescriptor: Int32 { (try? access.live())?.fileDescriptor ?? -1 }
  /// The target's output through its stub since the last call.
  public func takeConsoleOutput() -> [UInt8] { (try? access.live())?.takeConsoleOutput() ?? [] }
  /// Disconnects from the target, which stays as it is.
  public func disconnect() { (try? access.live())?.disconnect() }
  /// The architecture of the target's CPUs.
  public var architecture: Architecture { access.architecture }
  /// Whether the target can have guests: whether it has an EL2, as far as is known.
  public var hasHypervisor: Bool { access.hasHypervisor }
  /// Whether there is still a target: it has not ended, and the connection holds.
  public var hasTarget: Bool { access.hasTarget }
  /// How the target ended; nil while there is one.
  public var ending: SessionEvent? { access.ending }
  /// The word for the target: `machine` or `program`.
  public var targetNoun: String { access.targetNoun }
  /// What could not be restored on a CPU after an executed instruction, in a sentence; nil if
  /// everything was restored.
  public var owedText: String? { access.owedGround?.text }
  /// What the session assumes because it couldn't find out, in sentences.
  public var assumptions: [String] { access.assumptions }
  /// Throws unless there is a stopped target.
  public func requireStopped() throws { try access.requireStopped() }
  /// Throws unless the target can have guests. `what` is what was requested, in the plural.
  public func requireHypervisor(for what: String) throws {
    try access.requireHypervisor(for: what)
  }

  // MARK: The stop

  /// The general registers of the CPU that stopped; nil while it runs.
  public var state: CPUState? { access.state }
  /// The general registers of the CPU that stopped. They are read now if they could not be read at the
  /// stop.
  public func requireState() throws -> CPUState { try access.requireState() }
  /// The exit that the CPU is at or is handling, if that was examined.
  public var exit: Exit? { exits.current }
  /// Reads the stopped target again, after something other than the session may have changed it.
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
  /// The instruction set of a space's code; nil if it isn't known. A hypervisor's guest is assumed to run A64,
  /// unless it exits from AArch32.
  public func instructionSet(in space: AddressSpace) -> InstructionSet? {
    guard hasHypervisor else { return state?.instructionSet }
    guard space == .guest, let pstate = exit?.pstate.rawValue else { return .a64 }
    // SPSR_EL2.M[4], nRW, and T.
    return pstate & 1 << 4 == 0 ? .a64 : pstate & 1 << 5 == 0 ? .a32 : .t32
  }
  /// The first instruction in bytes of a space, or nil if there are too few.
  public func instruction(
    _ bytes: ArraySlice<UInt8>, at address: UInt64, in space: AddressSpace,
    by disassembler: Disassembler
  ) -> Instruction? {
    let alignment = architecture.instructionAlignment
    return disassembler.instruction(
      bytes, at: address, instructionSet(in: space), byteOrder: access.byteOrders.instructions,
      dataByteCount: alignment > 1 ? alignment : 4)
  }
  /// The meaning of a target's signal number.
  public func signal(_ number: UInt8) -> Signal {
    Signal(number, isNative: target.hasNativeSignals)
  }

  // MARK: In place of the hypervisor

  /// Answers the guest's exit that the CPU is at, and enters the guest. Its hypervisor never sees the exit. The CPU is
  /// stopped where the guest continues.
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
    set {
      points.table = newValue
      // What can't be given back now is at the next exit.
      try? protection.update(to: newValue.protection)
    }
  }
  /// Resumes the target until something happens that the session waits for. A program gets the signal that it
  /// stopped for.
  public func resume() throws {
    stepper.cancel()
    try runner.resume()
  }
  /// Resumes the target with a signal instead of the one that it stopped for, or without one for 0.
  public func resume(withSignal signal: UInt8) throws {
    stepper.cancel()
    try runner.resume(withSignal: signal)
  }
  /// Throws unless the selected CPU can go on at a place.
  ///
  /// - Throws: `DebugError.cannotJump` if the CPU doesn't execute addresses of that space, and in a recording.
  public func requireJump(to place: CodeLocation) throws {
    guard place.isOne else {
      throw DebugError.ambiguousName(
        place.text, place.addresses.map { "\(place.space.label)0x\(String($0, radix: 16))" })
    }
    try runner.requireJump(to: place.address, in: place.space)
  }
  /// Resumes the target, a program without a signal, with the selected CPU at another place. The PC stays as it was
  /// if that fails.
  public func jump(to place: CodeLocation) throws {
    stepper.cancel()
    try runner.jump(to: place.address, in: place.space)
  }
  /// Executes one instruction of the selected CPU, `count` times. The other CPUs don't run.
  public func step(count: Int = 1) throws {
    stepper.cancel()
    try runner.step(count: count)
  }
  /// Executes source lines of the selected CPU's program, `count` times.
  ///
  /// - Throws: `DebugError.noBounds` if neither the line nor the function is known.
  public func step(_ kind: SourceStep.Kind, count: Int = 1) throws {
    try stepper.begin(kind, count: count)
  }
  /// The function without lines that a step by source line would leave; nil if the function has lines.
  public func functionWithoutLines() throws -> String? {
    let state = try requireState()
    guard modules.of(memory.space(at: state))?.bodyAddress(around: state.pc) == nil else {
      return nil
    }
    return try stepper.extent()?.name
  }
  /// Runs until a frame's function has returned, or an inlined copy's code has ended.
  ///
  /// - Throws: `DebugError.noCaller` if it isn't known what to.
  public func finish(_ frame: StackFrame) throws {
    guard frame.kind != .inlined else { return try stepper.run(outOf: frame) }
    try requireCaller(of: frame)
    try stepper.run(to: nil, orReturnOf: frame)
  }
  /// Runs to a place, or until a frame's function has returned.
  public func run(to place: CodeLocation, orReturnOf frame: StackFrame?) throws {
    try stepper.run(to: place, orReturnOf: frame)
  }
  /// Whether the last run ended with the return of the function that it was to leave.
  public var hasReturned: Bool { stepper.hasReturned }
  /// The steps of the last run, up to the one in which it ended; nil if it wasn't a step.
  public var steps: StepProgress? { runner.steps }
  /// Sets whether interrupts come during steps. A detached target has what it had before.
  ///
  /// - Throws: `RemoteError` with the code `.unsupported` if the target can't.
  public func setTakesInterruptsInSteps(_ takes: Bool) throws {
    try requireStopped()
    let target = try live()
    let before = try target.takesInterruptsInSteps()
    tookInterruptsInSteps = tookInterruptsInSteps ?? before
    try target.setTakesInterruptsInSteps(takes)
    takesInterruptsInSteps = takes
  }
  /// Asks a running target to stop.
  public func interrupt() throws {
    stepper.interrupt()
    try runner.interrupt()
  }
  /// Whether the target runs.
  public var isRunning: Bool { runner.isRunning }
  /// Whether a running target has been asked to stop.
  public var isInterrupting: Bool { runner.isInterrupting }
  /// What has happened since the target was resumed; nil while it is running, also after stops that
  /// aren't waited for.
  ///
  /// - Throws: `RemoteError` when the target is lost.
  public func poll() throws -> SessionEvent? {
    let event = try nextEvent()
    if event != nil, hasTarget, state != nil, modules.all.contains(where: { !$0.isPlaced }) {
      // The stop is reported, whatever a file is.
      do { try placeModules() } catch is DebugError {}
    }
    return event
  }
  /// The next event that isn't a part of a step by source line.
  private func nextEvent() throws -> SessionEvent? {
    do {
      while let event = try runner.poll() {
        if let event = try stepper.take(event) { return event }
      }
      return nil
    } catch {
      if !isRunning { stepper.cancel() }
      throw error
    }
  }
  /// Leaves the target running, as it would be without a debugger.
  ///
  /// - Throws: `DebugError.snapshot` if there is nothing to run.
  public func detach() throws {
    let target = try access.live()
    do {
      try access.settle()
      if case .stopped = target.state {
        // One that fails doesn't keep the others from being done.
        let results = [
          Result { try agent.interrupts.withdrawAll() }, Result { try protection.giveBackAll() },
          Result { try turnOffFilter() },
          Result {
            if let before = tookInterruptsInSteps { try target.setTakesInterruptsInSteps(before) }
          },
        ]
        for result in results { try result.get() }
      }
    } catch {
      // The target is detached all the same, and what could not be restored is reported.
      try? target.detach()
      guard let ground = access.owedGround, let error = error as? RemoteError,
        error.code != .connectionClosed
      else { throw error }
      throw RemoteError(error.code, "\(error.description); \(ground.text)")
    }
    try target.detach()
  }
}
