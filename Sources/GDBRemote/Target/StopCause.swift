/// Why a target stopped, inferred from the stub's report and from how the target was resumed.
///
/// QEMU reports only a signal for a breakpoint, the end of a step and an interrupt, so the cause is
/// inferred from the program counter and from how the target was resumed.
public enum StopCause: Equatable, Sendable {
  /// A breakpoint: this client's breakpoints at the program counter. An empty set means that the
  /// target executed one of its own breakpoint instructions.
  case breakpoint(Set<BreakpointLocation>)
  /// A watchpoint: the data address that the stub reported, and this client's watchpoints that
  /// cover it.
  case watchpoint(address: UInt64, Set<BreakpointLocation>)
  /// The requested step is done.
  case stepped
  /// It was interrupted, as requested.
  case interrupted
  /// A signal, by its number in the stop reply: a process got it, or something else stopped the machine.
  case signal(UInt8)
  /// An event of a process: `fork`, `exec`, `library`, `syscall_entry` and so on.
  case event(name: String, value: String)
  /// The recording ended in the direction in which it was played.
  case endOfRecording
  /// A thread exited, or no resumed thread is left.
  case threads
  /// The target exited or was killed.
  case ended
}

extension RemoteTarget {
  /// Why the target last stopped. Reads the program counter if the stub didn't send it.
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

  /// This client's watchpoints that cover an address.
  func watchpoints(at address: UInt64) -> [BreakpointLocation] {
    insertions.keys.filter { location in
      location.kind.isWatchpoint && address >= location.address
        && address - location.address < UInt64(max(location.byteCount, 1))
    }
  }

  /// Whether a thread was asked to step.
  private func isStepping(_ thread: ThreadID?) -> Bool {
    switch lastResume {
    case .step?, .reverseStep?: return true
    case .threads(let actions)?:
      // The first action that applies to the thread.
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
  /// Whether the run ends by itself.
  var isStep: Bool {
    switch self {
    case .step, .stepWithSignal, .stepRange: true
    case .continue, .continueWithSignal, .stop: false
    }
  }
}
