internal import ArmVCpu
internal import GDBRemote

/// A debug session with a hypervisor: it moves from guest exit to guest exit, and gives each decoded.
///
/// The target may also be a machine without a hypervisor, of any architecture, or a program. Such a session has
/// one address space, no exits, and is otherwise the same.
///
/// It belongs to one thread and never blocks on a running target: `poll()` takes what has arrived.
public final class HypervisorSession {
  /// The target.
  public let target: any DebugTarget
  /// The symbols of the hypervisor.
  public let symbols: SymbolFile?
  /// The symbols of the guest, where they are known.
  public let guestSymbols: SymbolFile?
  /// What the CPUs of the target are.
  public let architecture: Architecture
  /// How the target has the bytes of its values.
  public let byteOrders: ByteOrders
  /// Whether the target has guests: whether there is an EL2, as far as is known.
  public private(set) var hasHypervisor: Bool
  /// Breakpoints and catchpoints.
  public var breakpoints = BreakpointTable()
  /// The general registers of the CPU that stopped; nil while it runs.
  public internal(set) var state: CPUState?
  /// The exit that this CPU is at; nil anywhere else.
  public internal(set) var exit: Exit?
  /// How the target ended; nil while there is one.
  public internal(set) var ending: SessionEvent?

  let catcher: (any ExitCatcher)?
  /// Where EL2 ends after a fault of its own.
  let haltRange: Range<UInt64>?
  /// The breakpoints that the target has, by address, to be made those that it should have at the next resume.
  var inserted: [UInt64: BreakpointLocation] = [:]
  /// The threads in the order in which they were seen first; a thread's number is its place, from 1.
  var knownThreads: [ThreadID] = []
  /// The thread that stopped last.
  var stoppedThread: ThreadID?
  var lastContextAddress: UInt64?
  var pending = Pending.none
  /// The PSTATE that a thread has to get back.
  var owedPSTATE: (view: PSTATEView, thread: ThreadID?)?
  /// The signal that a thread was about to get when it stopped for it.
  var heldSignal: (signal: UInt8, thread: ThreadID?)?

  /// What the session waits for while the target runs.
  enum Pending: Equatable {
    case none
    case stop
    case step(remaining: Int)
    /// One step away from a breakpoint, after which the target continues.
    case stepOver
    case interrupt
  }

  /// A session with a target that is stopped.
  ///
  /// - Parameters:
  ///   - symbols: the hypervisor's ELF; without it exits cannot be caught. The program's, where there is no
  ///     hypervisor.
  ///   - guestSymbols: the guest's ELF, for names of its addresses.
  /// - Throws: `SymbolFileError.wrongMachine` for symbols of another architecture than the target's;
  ///   `DebugError.noRegisters` and `.unknownByteOrder` where neither the target nor the symbols tell.
  public init(
    target: any DebugTarget, symbols: SymbolFile? = nil, guestSymbols: SymbolFile? = nil
  ) throws {
    self.target = target
    self.symbols = symbols
    self.guestSymbols = guestSymbols
    try Self.completeRegisters(of: target, by: symbols ?? guestSymbols)
    let architecture = Architecture(named: target.architectureName, registers: target.registers)
    self.architecture = architecture
    for file in [symbols, guestSymbols] { try file?.require(architecture) }
    byteOrders = try Self.byteOrders(of: target, architecture, by: symbols ?? guestSymbols)
    target.byteOrder = byteOrders.registers
    let trampoline =
      architecture == .aarch64 ? symbols?.address(of: TrampolineCatcher.symbolName) : nil
    catcher = trampoline.map { TrampolineCatcher(address: $0) }
    // A stub that tells system registers has those of EL2 where there is one (quirk 5).
    hasHypervisor =
      architecture.hasExceptionLevels && (trampoline != nil || target.registers["ESR_EL2"] != nil)
    haltRange = symbols?.symbol(named: "avcpu_halt").map { halt in
      // A damaged file has any size.
      let end = halt.address.addingReportingOverflow(max(halt.byteCount, 4))
      return halt.address..<(end.overflow ? .max : end.partialValue)
    }
    if case .stopped = target.state {
      let state = try examineStop()
      guard !byteOrders.isContradicted(by: state.pc, byteCount: architecture.addressByteCount)
      else { throw DebugError.unknownByteOrder(state.pc) }
      try numberThreads()
    }
  }

  /// Whether there is still a target: it has not ended, and the connection holds.
  public var hasTarget: Bool {
    guard ending == nil else { return false }
    switch target.state {
    case .stopped, .running: return true
    case .ended, .disconnected: return false
    }
  }

  /// Throws unless there is a stopped target.
  public func requireStopped() throws(DebugError) {
    if let ending { throw .ended(text(of: ending)) }
    switch target.state {
    case .stopped: return
    case .running: throw .running
    case .ended, .disconnected: throw .ended("the target is lost")
    }
  }

  /// The exit that the CPU is at.
  ///
  /// - Throws: `DebugError.notAtExit` when it is anywhere else.
  public func requireExit() throws -> Exit {
    _ = try requireState()
    guard let exit else { throw DebugError.notAtExit }
    return exit
  }

  /// Reads, at the exit of a store, the order of the guest's bytes, unless that is known. Until then the
  /// value is that of a little-endian guest.
  public func readByteOrder() throws {
    guard case .mmioWrite = exit?.reason, exit?.sctlr == nil else { return }
    exit?.sctlr = try readCPURegister("SCTLR_EL1")
  }

  /// Throws unless the guest's registers are at hand: at an exit, or in the CPU while it runs the guest.
  public func requireGuestRegisters() throws {
    if try requireState().isAtEL2, exit == nil { throw DebugError.notAtExit }
  }

  /// The registers of the CPU that stopped. They are read now if they could not be at the stop, or if that was given
  /// up, and so is the exit that the CPU is at.
  public func requireState() throws -> CPUState {
    try requireStopped()
    try settle()
    if let state { return state }
    return try examineStop()
  }

  /// Throws unless the target has guests. `what` is what was asked for, in the plural.
  public func requireHypervisor(for what: String) throws(DebugError) {
    guard hasHypervisor else { throw .noHypervisor(what, architecture: architecture.name) }
  }

  private func text(of ending: SessionEvent) -> String {
    guard hasHypervisor else { return "the \(targetNoun) has ended" }
    if case .ended(let status) = ending, status == 0 { return "the guest has ended" }
    return "the target has ended"
  }

  /// What the target is called: `machine` or `program`.
  public var targetNoun: String { target.isMachine ? "machine" : "program" }

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
      bytes, at: address, instructionSet(in: space), byteOrder: byteOrders.instructions,
      dataByteCount: alignment > 1 ? alignment : 4)
  }

  /// The symbols of an address space.
  public func symbols(of space: AddressSpace) -> SymbolFile? {
    switch space {
    case .guest: guestSymbols
    case .hypervisor: symbols
    case .plain: symbols ?? guestSymbols
    case .intermediatePhysical, .physical: nil
    }
  }

  /// Looks at the stopped target anew, after something that may have changed it behind the session's back.
  public func refresh() throws {
    state = nil
    exit = nil
    if case .stopped = target.state { _ = try examineStop() }
  }

  /// Reads the registers at a stop, and the exit if the CPU is at one, in one round trip where the
  /// context is where it was the last time. (A CPU that stopped in the guest then has the bytes at that
  /// address of the guest's read; nobody looks at them.)
  func examineStop() throws -> CPUState {
    try settle()
    exit = nil
    state = nil
    var requests: [Request] = [.generalRegisters]
    if let lastContextAddress {
      requests.append(
        .memory(at: lastContextAddress, byteCount: VCpuContext.exitRecordByteCount))
    }
    let responses = try target.batch(requests)
    let state = try CPUState(try responses[0].generalRegisters(), of: architecture)
    self.state = state
    stoppedThread = stoppedThread ?? target.selectedThread
    // Some stubs tell no system registers: then EL2 is known once the CPU is there.
    if state.isAtEL2 { hasHypervisor = true }
    guard let catcher, state.isAtEL2, catcher.addresses.contains(state.pc) else { return state }
    if state.sp == lastContextAddress {
      exit = try catcher.exit(at: state, Array(responses[1...]))
    } else {
      exit = try catcher.exit(at: state, try target.batch(catcher.requests(at: state)))
      lastContextAddress = state.sp
    }
    if let abort = exit?.reason.abort, abort.address == nil, abort.virtualAddress != nil {
      exit?.sctlr = try readCPURegister("SCTLR_EL1")
    }
    return state
  }
}
