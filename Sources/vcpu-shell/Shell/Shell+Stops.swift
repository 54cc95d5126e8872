internal import VCpuDebug

/// What the target stopped for.
extension Shell {
  /// Shows what the target stopped for.
  ///
  /// - Parameter isSilent: whether the commands of the breakpoint don't want a person to see it.
  func show(_ event: SessionEvent, isSilent: Bool = false) throws {
    guard !isSilent || renderer.wantsSilentStops else { return }
    let session = try requireSession()
    let stop = StopAnswer(
      event, in: session, by: disassembler, isOtherThread: takesThreadSwitch(session),
      // Nobody looks at it now, and it may be one of thousands.
      asksTarget: !isSilent)
    tell(.stop(stop, isSilent: isSilent))
  }

  /// Remembers what the target stopped for, whether it is shown or not.
  ///
  /// - Parameter isExpected: whether a script has expected it: then it fails nothing.
  func note(_ event: SessionEvent, isExpected: Bool = false) {
    lastStop = event.breakpoints.filter { !$0.isInternal }.map(\.number)
    examination.next = nil
    seenRegisters.noteStop()
    if let exit = session?.exits.caught, exit.moment == .caught { tests.note(exit) }
    switch event {
    case .ended(let status) where status != 0 && !isExpected: raise(.guestEnded)
    case .killed where !isExpected: raise(.guestEnded)
    default: break
    }
  }

  /// Whether another thread stopped than the one that was shown last. An exit names its vCPU itself.
  private func takesThreadSwitch(_ session: HypervisorSession) -> Bool {
    guard session.state != nil, let number = session.threads.selectedNumber else { return false }
    defer { shownThread = number }
    return !session.hasHypervisor && shownThread != nil && shownThread != number
  }

  /// Where a CPU is.
  func location(of state: CPUState) -> LocationAnswer? {
    session.map { session in
      LocationAnswer(
        place: PlaceFinder(session: session, disassembler: disassembler).place(of: state))
    }
  }
}
