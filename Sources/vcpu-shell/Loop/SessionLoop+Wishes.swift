internal import VCpuDebug

/// The loop's own reasons to stop the target: a deadline, a line of the console.
extension SessionLoop {
  /// When the wait for a stop should check these again.
  var nextDeadline: ContinuousClock.Instant? {
    let isAsked = activeRun.map { $0.wish != nil || $0.wasInterrupted } ?? false
    let times =
      isAsked
      ? [activeRun?.deadline]
      : [
        activeRun?.deadline, activeRun?.expectation?.deadline, shell.timeout?.deadline,
        activeRun?.nextRefresh,
      ]
    return times.compactMap { $0 }.min()
  }

  /// Whether a line of the console may be a reason to stop the target.
  var readsConsole: Bool {
    if case .console? = activeRun?.expectation?.expectation.goal { return true }
    return !shell.handlers.console.isEmpty
  }

  /// Asks the target to stop if there is a reason.
  func takeWish(_ session: HypervisorSession) throws {
    guard var run = activeRun, run.wish == nil, !run.wasInterrupted else { return }
    if let deadline = shell.timeout?.deadline, deadline <= .now {
      run.wish = .timeout
    } else if run.isContinuing, shell.consoleWatch.hasLine(for: shell.handlers) {
      run.wish = .handlers
    } else if case .console(let pattern)? = run.expectation?.expectation.goal,
      run.expectation?.line == nil,
      let line = shell.consoleWatch.pass(pattern)
    {
      run.expectation?.line = line
      run.wish = .expectedLine
    } else if let deadline = run.expectation?.deadline, deadline <= .now {
      run.wish = .limit
    } else if let refresh = run.refresh, let next = run.nextRefresh, next <= .now {
      if refresh.needsStop {
        run.wish = .refresh
      } else if try !refresh.show() {
        run.wish = .lastRefresh
      }
      run.nextRefresh = .now + refresh.interval
      activeRun = run
    }
    guard run.wish != nil else { return }
    run.deadline = .now + ActiveRun.interruptTimeout
    activeRun = run
    try session.interrupt()
  }

  /// Runs the scripts' handlers for the lines that have come, at a stop.
  func runConsoleHandlers() throws {
    guard !shell.handlers.console.isEmpty, !isHandling else { return }
    let run = activeRun
    isHandling = true
    defer {
      isHandling = false
      activeRun = run.map { run in
        var again = run
        again.wish = activeRun?.wish
        again.deadline = activeRun?.deadline
        return again
      }
    }
    while let line = shell.consoleWatch.nextForHandlers() {
      for body in shell.handlers.bodies(for: line) {
        try asProgram { try runAlone(body) }
      }
    }
  }

  /// Runs `body`, in which a `continue` is only a request to go on.
  private func asProgram(_ body: () throws -> Void) throws {
    let before = programContinuation
    programContinuation = 0
    defer { programContinuation = before }
    try body()
  }

  /// Runs the scripts' `on end` handlers, the last one first.
  func end() {
    shell.renderer.finishLine()
    let wasDone = shell.isDone
    if !shell.signals.isEnding, !shell.isReaderGone { shell.isDone = false }
    // The script's timeout no longer applies.
    shell.timeout = nil
    defer { shell.isDone = wasDone || shell.isDone }
    while let body = shell.handlers.end.popLast() {
      do {
        try runAlone(body)
      } catch {
        shell.report(error)
      }
    }
  }

  /// Runs the lines of a handler, which are not in a loop.
  private func runAlone(_ body: Handlers.Body) throws {
    try withArguments(body.arguments) {
      try deeper {
        for statement in body.statements where !isOver {
          try shell.checkInterrupt()
          try runAlone(statement)
        }
      }
    }
  }

  // MARK: Tests

  /// Runs a test. Its failure does not end the script; an interruption by a person does.
  func runTest(_ name: String, _ statements: [Statement], at place: String?) throws -> Flow {
    guard shell.tests.current == nil else {
      throw ShellError("a test cannot be inside another test")
    }
    let timeout = shell.timeout
    shell.beginTest(name, at: place)
    do {
      defer { shell.timeout = timeout }
      let flow = try run(statements)
      if shell.isDone, shell.exitCode != 0 {
        throw ShellError("the script ended within the test, with status \(shell.exitCode)")
      }
      try shell.timeout?.check()
      shell.endTest(nil)
      return flow
    } catch {
      shell.endTest(error)
      if Interrupted.caused(error) || shell.isDone { throw error }
      // The script's own time is over.
      try timeout?.check()
      return .next
    }
  }
}
