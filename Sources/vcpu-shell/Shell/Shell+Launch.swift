internal import VCpuDebug

extension Shell {
  /// Starts a machine and opens a session with it.
  func launch(_ configuration: LaunchConfiguration) throws {
    // Read errors are reported while the old machine still exists.
    var machine = try LaunchedMachine(configuration, reader: reader)
    if launched != nil { endMachine() }
    session = nil
    tests.forgetMachine()
    launched = machine
    console.isClosed = false
    consoleWatch.forget()
    consoleInput.forget()
    do {
      try begin(machine)
    } catch LaunchError.emulatorFailed(_, let output)
      where emulator?.hasRefusedMemory(in: output) == true
    {
      tell(
        .note(
          "the emulator cannot share the machine's RAM with the shell, and starts without that: \(output)"
        ))
      machine.giveUpSharedMemory()
      launched = machine
      try begin(machine)
    }
  }

  private func begin(_ machine: LaunchedMachine) throws {
    let process = try machine.start(signalMask: signals.maskForChildren)
    emulator = process
    session = try machine.session(with: process, by: opening, waitForEnd: waitForEmulatorEnd)
    // Where the records are is known then also after the machine's end.
    _ = try? session?.recorder.source()
  }

  /// Whether a machine that the shell has launched has run, and would be lost with the shell.
  var hasRunningMachine: Bool {
    guard let launched, let emulator, emulator.exitStatus == nil else { return false }
    // After 'detach' it runs on.
    return session.map { $0.hasTarget && launched.hasRun } ?? true
  }

  /// Puts the launched machine before its first instruction, with the current breakpoints: the machine that is already
  /// there, or a new one, for which all files are read again.
  func beginAgain() throws {
    if launched == nil { _ = try session?.live() }
    guard let launched else {
      throw ShellError(
        "this target was attached to, and the shell cannot start it again: 'continue' lets it run on"
      )
    }
    let isAtItsBeginning = session?.hasTarget == true && !launched.hasRun
    if isAtItsBeginning, !launched.hasChangedFiles { return }
    let breakpoints = session?.breakpoints ?? keptBreakpoints
    let way = session?.exits.wantedWay
    let takesInterrupts = session?.takesInterruptsInSteps
    lastStop = []
    shownThread = nil
    examination = Examination()
    try launch(launched.configuration)
    for (number, reason) in try requireSession().points.adopt(breakpoints) {
      tell(.warning("breakpoint \(number) is disabled: \(reason)"))
    }
    if let takesInterrupts { try requireSession().setTakesInterruptsInSteps(takesInterrupts) }
    do {
      if let way { try requireSession().exits.setWay(way) }
    } catch let error as DebugError {
      tell(.warning("exits are no longer caught by '\(way?.rawValue ?? "")': \(error)"))
    }
  }
}
