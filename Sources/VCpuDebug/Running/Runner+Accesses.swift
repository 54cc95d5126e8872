internal import ArmVCpu
internal import GDBRemote

/// Stops for accesses to watched memory: before the stub lets one happen, and after an exit that only the debugger has
/// caused.
extension Runner {
  /// What to do about an access to watched memory that isn't carried out yet; nil for any other stop.
  func watch(_ event: StopEvent, _ state: CPUState) throws -> [RunControl.Action]? {
    if var access = watchedAccess {
      // A step may carry out nothing, for instance if an interrupt is pending.
      guard access.isBefore, access.pc == state.pc,
        access.space == breakpoints.memory.space(at: state),
        access.stepCount < 8, !control.isInterrupting, event.signal == 5
      else { return nil }
      access.stepCount += 1
      watchedAccess = access
      return control.reachedAccess()
    }
    guard let watchpoint = event.watchpoint else { return nil }
    // An Arm CPU stops before the access.
    let isBefore = self.access.architecture.stopsBeforeAccess
    watchedAccess = try breakpoints.watchedAccess(watchpoint, state, isBefore: isBefore)
    let actions = control.reachedAccess()
    return isBefore ? actions : nil
  }

  /// Carries out an access for which a guest exited only because the debugger took permission from its page.
  ///
  /// - Returns: where the CPU is after it; nil for any other stop.
  func passProtectedAccess() throws -> RunControl.Stop? {
    guard exits.caught?.moment == .caught, !protection.interest.isEmpty else { return nil }
    protection.noticeReset()
    protection.noteStop(of: access.thread)
    let found = try protection.access(at: exits.caught)
    try protection.renew()
    guard let protected = found else { return nil }
    let watched = try breakpoints.watchedAccess(protected)
    // The stub would stop at what the guest executes itself.
    try inserted.removeWatches()
    let isDone = try protection.carryOut(protected, leave: noteLeaving)
    exits.history.takeBack(protected.exit, on: access.thread)
    let state = try exits.examine()
    watchedAccess = isDone ? watched : nil
    if isDone, watched.candidates.isEmpty { protection.notePass(protected.page) }
    let isAtBreakpoint = inserted.contains(state.pc)
    if isAtBreakpoint { standingThreads.insert(access.thread) }
    return RunControl.Stop(signal: 5, isAtBreakpoint: isAtBreakpoint)
  }

  /// A CPU that stands at an exit which only the debugger has caused repeats its access: its hypervisor must not see the
  /// exit.
  func retryProtectedAccess() throws {
    guard !protection.interest.isEmpty else { return }
    if !exits.hasLooked { try exits.examine() }
    guard let protected = try protection.access(at: exits.caught) else { return }
    try noteLeaving()
    try protection.retry(protected.exit)
    try exits.examine()
  }

  /// The hits of the access that was stepped over, or that the target stopped after.
  func takeAccesses() throws -> [Int: WatchHit] {
    guard let access = watchedAccess else { return [:] }
    watchedAccess = nil
    return try breakpoints.hits(of: access)
  }
}
