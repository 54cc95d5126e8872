internal import GDBRemote

/// Why a CPU can't execute an instruction for the debugger.
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
  /// The stub doesn't show what has to be restored.
  case unknownState
  /// The CPU is at a breakpoint, where the stub executes nothing.
  case breakpoint
  /// There is no memory at the PC.
  case noCode(UInt64)

  /// The obstacle on the selected CPU, or nil if there is none.
  ///
  /// - Throws: `DebugError.noHypervisor` for a target without EL2, and what the target throws.
  init?(on access: TargetAccess, at state: CPUState) throws {
    try access.requireHypervisor(for: "system registers to read with executed instructions")
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

  /// Whether the CPU waits for an interrupt or an event: QEMU says so, and it can't step. A CPU that has just hit a
  /// breakpoint or taken a step doesn't wait.
  static func isHalted(_ access: TargetAccess) throws -> Bool {
    // A stub's first stop of a connection says nothing about the CPU.
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

  /// The reason, as the end of a sentence.
  public var description: String {
    switch self {
    case .belowEL2(let level):
      "the CPU is at EL\(level), and only EL2 can reach it: 'catch exit' stops there"
    case .atEL3: "the CPU is at EL3, in its firmware: 'catch exit' stops at EL2"
    case .isAArch32: "EL2 runs AArch32, which is not supported"
    case .isHalted:
      "the CPU waits in WFI or WFE, or is off, and executes nothing: 'catch exit' and 'continue' stop it while it runs"
    case .isReplayed: "the machine replays a recording, in which nothing else can be executed"
    case .isRecorded:
      "the machine is being recorded, and the debugger's instruction would spoil the recording"
    case .unknownThread: "the stub does not say which CPU it shows: 'thread' selects one"
    case .unknownState: "the stub does not show the registers that would have to be restored"
    case .breakpoint:
      "the CPU is at a breakpoint, where this stub executes nothing: 'delete' or 'disable' it first"
    case .noCode(let pc): "there is no memory at the CPU's PC, hv:0x\(String(pc, radix: 16))"
    }
  }
}
