internal import GDBRemote

/// Why a CPU cannot be made to execute an instruction of the debugger's.
public enum ExecutionObstacle: Equatable, Sendable, CustomStringConvertible {
  /// It is below EL2, at this level.
  case belowEL2(UInt8)
  /// It is at EL3.
  case atEL3
  /// EL2 runs AArch32.
  case isAArch32
  /// It waits, in WFI or WFE.
  case isHalted
  /// The machine replays a recording.
  case isReplayed
  /// The machine records what it does.
  case isRecorded
  /// The stub does not say which CPU it shows.
  case unknownThread
  /// The stub does not show what has to be put back.
  case unknownState
  /// The stub executes nothing where it has a breakpoint, and the CPU stands at one.
  case breakpoint
  /// There is no memory where the PC is.
  case noCode(UInt64)

  /// What speaks against it on the CPU that is looked at; nil where nothing does.
  ///
  /// - Throws: `DebugError.noHypervisor` for a target without EL2, and what the target throws.
  init?(on access: TargetAccess, at state: CPUState) throws {
    try access.requireHypervisor(for: "system registers to reach by executed instructions")
    let target = try access.live()
    switch state.exceptionLevel {
    case 2?: break
    case 3?:
      self = .atEL3
      return
    case let level?:
      self = .belowEL2(level)
      return
    case nil:
      self = .unknownState
      return
    }
    // PSTATE.nRW, M[4] of an SPSR.
    if let pstate = state.pstate, pstate & 1 << 4 != 0 {
      self = .isAArch32
    } else if target.isReplaying {
      self = .isReplayed
    } else if try access.isRecordedOrReplayed {
      self = .isRecorded
    } else if !target.stepOverridesBreakpoints, target.hasBreakpoint(at: state.pc) {
      self = .breakpoint
    } else if target.selectedThread == nil {
      self = .unknownThread
    } else if try Self.isHalted(access) {
      self = .isHalted
    } else {
      return nil
    }
  }

  /// Whether the CPU waits for an interrupt or an event: QEMU says so, and lets it take no step. One that has just come to
  /// a breakpoint or taken a step does not.
  static func isHalted(_ access: TargetAccess) throws -> Bool {
    // What a stub answers at a connection tells nothing of the CPU.
    if access.wasResumed, case .stopped(let reply) = access.target.state, let event = reply.event,
      event.signal == 5,
      event.thread != nil, event.thread == access.target.selectedThread
    {
      return false
    }
    do throws(RemoteError) {
      return try access.target.threadDescription(access.thread).contains("[halted")
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return false
    }
  }

  /// The end of a sentence: why not.
  public var description: String {
    switch self {
    case .belowEL2(let level):
      "the CPU is at EL\(level), and only EL2 can reach it: 'catch exit' stops there"
    case .atEL3: "the CPU is at EL3, in its firmware: 'catch exit' stops at EL2"
    case .isAArch32: "EL2 runs AArch32, whose instructions are not known here"
    case .isHalted:
      "the CPU waits in WFI or WFE, or is off, and executes nothing: 'catch exit' and 'continue' stop it while it runs"
    case .isReplayed: "the machine plays a recording back, in which nothing else can be executed"
    case .isRecorded:
      "the machine records what it does, and an instruction of the debugger's would spoil the recording"
    case .unknownThread: "the stub does not say which CPU it shows: 'thread' chooses one"
    case .unknownState: "the stub does not show the registers that have to be put back"
    case .breakpoint:
      "the CPU is at a breakpoint, where this stub executes nothing: 'delete' or 'disable' it first"
    case .noCode(let pc): "there is no memory at the CPU's PC, hv:0x\(String(pc, radix: 16))"
    }
  }
}
