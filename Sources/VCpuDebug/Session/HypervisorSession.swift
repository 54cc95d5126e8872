internal import ArmVCpu
internal import GDBRemote

/// A debug session with a hypervisor: it moves from guest exit to guest exit, and gives each decoded.
///
/// It belongs to one thread and never blocks on a running target: `poll()` takes what has arrived.
public final class HypervisorSession {
  /// The target.
  public let target: any DebugTarget
  /// The symbols of the hypervisor.
  public let symbols: SymbolFile?
  /// The symbols of the guest, where they are known.
  public let guestSymbols: SymbolFile?
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
  /// The breakpoints that the target has, to be made those that it should have at the next resume.
  var inserted: Set<UInt64> = []
  var lastContextAddress: UInt64?
  var pending = Pending.none

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
  ///   - symbols: the hypervisor's ELF; without it exits cannot be caught.
  ///   - guestSymbols: the guest's ELF, for names of its addresses.
  public init(
    target: any DebugTarget, symbols: SymbolFile? = nil, guestSymbols: SymbolFile? = nil
  ) throws {
    self.target = target
    self.symbols = symbols
    self.guestSymbols = guestSymbols
    catcher = symbols?.address(of: TrampolineCatcher.symbolName).map {
      TrampolineCatcher(address: $0)
    }
    haltRange = symbols?.symbol(named: "avcpu_halt").map {
      $0.address..<$0.address &+ max($0.byteCount, 4)
    }
    if case .stopped = target.state { _ = try examineStop() }
  }

  /// Throws unless there is a stopped target.
  public func requireStopped() throws(DebugError) {
    if let ending { throw .ended(Self.text(of: ending)) }
    switch target.state {
    case .stopped: return
    case .running: throw .running
    case .ended, .disconnected: throw .ended("the target is lost")
    }
  }

  /// The exit that the CPU is at.
  ///
  /// - Throws: `DebugError.notAtExit` when it is anywhere else.
  public func requireExit() throws(DebugError) -> Exit {
    try requireStopped()
    guard let exit else { throw .notAtExit }
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
    if try exit == nil && requireState().isAtEL2 { throw DebugError.notAtExit }
  }

  /// The registers of the CPU that stopped.
  public func requireState() throws -> CPUState {
    try requireStopped()
    if let state { return state }
    let fresh = try CPUState(try target.batch([.generalRegisters])[0].generalRegisters())
    state = fresh
    return fresh
  }

  static func text(of ending: SessionEvent) -> String {
    if case .ended(let status) = ending, status == 0 { return "the guest has ended" }
    return "the target has ended"
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
    exit = nil
    state = nil
    var requests: [Request] = [.generalRegisters]
    if let lastContextAddress {
      requests.append(
        .memory(at: lastContextAddress, byteCount: VCpuContext.exitRecordByteCount))
    }
    let responses = try target.batch(requests)
    let state = try CPUState(try responses[0].generalRegisters())
    self.state = state
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
