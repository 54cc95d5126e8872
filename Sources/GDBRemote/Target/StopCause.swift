/// Why a target stopped, as far as the stub and what was asked for tell.
///
/// QEMU says of a breakpoint, of the end of a step and of an interruption no more than a signal, so
/// the cause is inferred from the program counter and from how the target was set going.
public enum StopCause: Equatable, Sendable {
  /// A breakpoint: those of this client at the program counter. None of them means that the target
  /// executed a breakpoint instruction of its own.
  case breakpoint(Set<BreakpointLocation>)
  /// A watchpoint: the data address that the stub gave, and those of this client that watch it.
  case watchpoint(address: UInt64, Set<BreakpointLocation>)
  /// The step that was asked for is done.
  case stepped
  /// It was interrupted, as was asked for.
  case interrupted
  /// A signal, by its number in the stop reply: of a process, or of somebody else who stopped the machine.
  case signal(UInt8)
  /// An event of a process: `fork`, `exec`, `library`, `syscall_entry` and so on.
  case event(name: String, value: String)
  /// A recording has no more in the direction in which it was played.
  case endOfRecording
  /// A thread exited, or none is left that was resumed.
  case threads
  /// The target exited or was killed.
  case ended
}

extension RemoteTarget {
  /// Why the target stopped the last time. Reads the program counter if the stub did not send it.
  public func stopCause() throws(RemoteError) -> StopCause {
    switch state {
    case .ended: return .ended
    case .running, .disconnected: try requireStopped()
    case .stopped: break
    }
    guard let event = stop?.event else { return .threads }
    switch event.reason {
    case .watchpoint(_, let address)?:
      return .watchpoint(address: address, Set(watchpoints(at: address)))
    case .softwareBreakpoint?, .hardwareBreakpoint?:
      return .breakpoint(try breakpointsAtProgramCounter(event))
    case .replayLog?: return .endOfRecording
    case .library?: return .event(name: "library", value: "")
    case .event(let name, let value)?: return .event(name: name, value: value)
    case nil: break
    }
    switch event.signal {
    case 2 where wasInterrupted, 0 where wasInterrupted: return .interrupted
    case 5:
      if isStepping(event.thread) { return .stepped }
      let locations = try breakpointsAtProgramCounter(event)
      return locations.isEmpty ? .signal(5) : .breakpoint(locations)
    default: return .signal(event.signal)
    }
  }

  /// The watchpoints of this client that watch an address.
  func watchpoints(at address: UInt64) -> [BreakpointLocation] {
    insertions.keys.filter { location in
      location.kind.isWatchpoint && address >= location.address
        && address - location.address < UInt64(max(location.byteCount, 1))
    }
  }

  /// Whether a thread was to do a step.
  private func isStepping(_ thread: ThreadID?) -> Bool {
    switch lastResume {
    case .step?, .reverseStep?: return true
    case .threads(let actions)?:
      // The first action that is for the thread.
      let action = actions.first { action in
        guard let named = action.thread, let thread else { return action.thread == nil }
        return named.isSame(as: thread) || named.thread == -1
      }
      return action?.kind.isStep ?? false
    case .continue?, .reverseContinue?, nil: return false
    }
  }

  private func breakpointsAtProgramCounter(
    _ event: StopEvent
  ) throws(RemoteError) -> Set<BreakpointLocation> {
    guard let pc = registers.programCounter else { return [] }
    let sent = event.registers.first { $0.number == pc.number }?.bytes
    let bytes: [UInt8]
    if let sent { bytes = sent } else { bytes = try readRegister(pc) }
    let address = integer(bytes)
    return Set(insertions.keys.filter { !$0.kind.isWatchpoint && $0.address == address })
  }
}

extension ThreadAction.Kind {
  /// Whether it ends by itself.
  var isStep: Bool {
    switch self {
    case .step, .stepWithSignal, .stepRange: true
    case .continue, .continueWithSignal, .stop: false
    }
  }
}
