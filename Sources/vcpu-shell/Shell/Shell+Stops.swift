internal import VCpuDebug

/// Reports why the target stopped.
extension Shell {
  /// Shows why the target stopped.
  ///
  /// - Parameter isSilent: whether the breakpoint's commands hide the stop from a person.
  func show(_ event: SessionEvent, isSilent: Bool = false) throws {
    guard !isSilent || renderer.wantsSilentStops else { return }
    let session = try requireSession()
    let stop = StopAnswer(
      event, in: session, by: disassembler, isOtherThread: takesThreadSwitch(session),
      // It isn't shown now, and it may be one of thousands.
      asksTarget: !isSilent)
    tellModuleNotes()
    if let note = try? session.takeFilterNote() { tell(.warning(note)) }
    tell(.stop(stop, isSilent: isSilent))
    guard session.state != nil, !isSilent else { return }
    if !context.isEmpty {
      let parts = try ContextReader(session: session, shell: self).answer(context)
      tell(.answer(parts, .full, of: "context", isPartial: false))
    }
    guard !displays.all.isEmpty else { return }
    let shown = DisplaysAnswer(displays, in: session)
    tell(.answer(shown, .full, of: "display", isPartial: false))
  }

  /// Says what was found out about the session's files.
  func tellModuleNotes() {
    for note in session?.takeModuleNotes() ?? [] {
      switch note {
      case .moved, .found: tell(.note("\(note)"))
      case .different: tell(.warning("\(note)"))
      }
    }
  }

  /// Remembers why the target stopped, whether it is shown or not.
  ///
  /// - Parameter isExpected: whether a script expected it: then it isn't a failure.
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

  /// Whether the thread that stopped isn't the one that was shown last. An exit names its vCPU itself.
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
