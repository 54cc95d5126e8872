internal import ArmVCpu
internal import GDBRemote

/// Leaving an exit when the target stops at exits elsewhere than before.
extension Runner {
  /// How to leave an exit that was reported, where the target no longer stops at exits, without stopping for it again
  /// where it does now; nil for any other address.
  func skipReported(at state: CPUState) throws -> RunControl.Departure? {
    guard state.isAtEL2,
      let next = exits.source?.catchAddress(after: state.pc), inserted.contains(next),
      !inserted.contains(state.pc), standingThreads.subtracting([access.thread]).isEmpty,
      let pstate = state.pstate, try !access.isRecordedOrReplayed
    else { return nil }
    let bytes = try breakpoints.memory.read(.hypervisor, next, byteCount: 4)
    guard let word = RegisterDescription.integer(bytes),
      SkippableInstruction.contains(
        UInt32(truncatingIfNeeded: word), pstate: pstate, isSErrorPending: nil)
    else { return nil }
    return .skip(to: next &+ 4)
  }

  /// The steps of the last run, up to the one in which it ended; nil if it wasn't a step.
  var steps: StepProgress? { control.steps }
}
