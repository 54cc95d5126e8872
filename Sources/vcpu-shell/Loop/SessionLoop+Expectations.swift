internal import ArmVCpu
internal import GDBRemote
internal import VCpuDebug

/// A script's expectations of the running target.
extension SessionLoop {
  /// Lets the target run until the expected event has happened.
  ///
  /// - Throws: `AssertionFailure` if it does not happen.
  func meet(_ expectation: Expectation, of line: String) throws {
    let session = try shell.requireSession()
    // A guest may end before the shell has stopped it at what was expected before.
    if case .stop(let goal) = expectation.goal, let ending = session.ending, goal.isMet(by: ending)
    {
      let active = ActiveExpectation(
        expectation: expectation, goalNumber: nil, forbiddenNumber: nil, countingNumber: nil,
        startClock: nil)
      return try tellMet(active, of: line)
    }
    try session.requireStopped()
    guard activeRun == nil, programContinuation == nil else {
      throw ShellError("a breakpoint's commands cannot use 'expect': use it in the script itself")
    }
    var active = try prepared(expectation, in: session)
    defer { remove(active) }
    try runConsoleHandlers()
    if case .console(let pattern) = expectation.goal, let found = shell.consoleWatch.pass(pattern) {
      active.line = found
      return try tellMet(active, of: line)
    }
    var run = ActiveRun(Run(start: { try $0.resume() }), wasInterrupted: false)
    shell.launched?.hasRun = true
    try session.resume()
    active.noteRun()
    run.expectation = active
    activeRun = run
    defer { activeRun = nil }
    shell.tell(.running)
    do {
      while let event = try waitForStop(), try !takeStop(event) {}
    } catch let failure as Unmet {
      return try fail(failure, expectation)
    }
    guard let met = activeRun?.expectation, !shell.isDone else { return }
    try tellMet(met, of: line)
  }

  private func fail(_ failure: Unmet, _ expectation: Expectation) throws {
    try shell.take(
      AssertionEvent(
        text: "expect \(expectation.text)", isTrue: false, why: failure.reason, parts: [],
        place: shell.place))
  }

  private func tellMet(_ active: ActiveExpectation, of line: String) throws {
    let expectation = active.expectation
    let wall = active.runTime.secondsToMicroseconds
    let guest = guestSeconds(of: active)
    if case .seconds(let limit)? = expectation.limit, let guest, guest > limit,
      !expectation.isOver
    {
      return try fail(
        Unmet(reason: "it took \(Seconds.text(guest)) of the guest's time"), expectation)
    }
    try shell.take(
      AssertionEvent(
        text: "expect \(expectation.text)", isTrue: true, why: nil, parts: [],
        place: shell.place))
    let answer = ExpectationAnswer(
      text: expectation.text, line: active.line,
      exits: active.countingNumber == nil ? nil : active.exitCount, isTimed: expectation.isTimed,
      seconds: guest ?? wall,
      clock: guest == nil ? .wall : .guest)
    shell.tell(.answer(answer, .full, of: line, isPartial: false))
  }

  private func guestSeconds(of active: ActiveExpectation) -> Double? {
    guard let start = active.startClock, let session = shell.session, session.ending == nil else {
      return nil
    }
    return GuestClock(session)?.seconds(since: start)
  }

  /// Whether a stop is the one that a script expects.
  func isExpected(_ event: SessionEvent) -> Bool {
    guard case .stop(let goal)? = activeRun?.expectation?.expectation.goal else { return false }
    return goal.isMet(by: event)
  }

  // MARK: Catchpoints

  private func prepared(
    _ expectation: Expectation, in session: HypervisorSession
  ) throws -> ActiveExpectation {
    var numbers: [Int] = []
    do {
      var goal: Int?
      if case .exit(let exits) = expectation.goal {
        goal = try add(exits, in: session)
        numbers.append(goal ?? 0)
      }
      let forbidden = try expectation.forbidden.map { try add($0, in: session) }
      if let forbidden { numbers.append(forbidden) }
      var counting: Int?
      if case .exits? = expectation.limit {
        counting = try session.points.addInternalCatchpoint(.exit([.any]))
      }
      var clock: GuestClock?
      if case .seconds? = expectation.limit { clock = GuestClock(session) }
      return ActiveExpectation(
        expectation: expectation, goalNumber: goal, forbiddenNumber: forbidden,
        countingNumber: counting, startClock: clock)
    } catch {
      for number in numbers { session.points.removeInternal(number) }
      throw error
    }
  }

  private func add(
    _ exits: Expectation.ExitGoal, in session: HypervisorSession
  ) throws -> Int {
    try shell.evaluating(exits.condition ?? "") { _ in
      try session.points.addInternalCatchpoint(.exit(exits.classes), condition: exits.condition)
    }
  }

  private func remove(_ active: ActiveExpectation) {
    for number in [active.goalNumber, active.forbiddenNumber, active.countingNumber] {
      if let number { shell.session?.points.removeInternal(number) }
    }
  }

  // MARK: Stops

  /// Handles a stop while something is expected; returns whether the run has ended. Stops at exits that a person wants
  /// to see are shown, and their commands run; then the target goes on.
  func takeExpectedStop(_ event: SessionEvent, _ wish: StopWish?) throws -> Bool {
    guard var active = activeRun?.expectation else { return true }
    let session = try shell.requireSession()
    active.noteStop()
    // What the guest printed right before its end may not have been read yet.
    if session.ending != nil, active.line == nil,
      case .console(let pattern) = active.expectation.goal
    {
      shell.drainConsole()
      active.line = shell.consoleWatch.pass(pattern)
    }
    if active.countingNumber.map({ number in event.breakpoints.contains { $0.number == number } })
      == true
    {
      active.exitCount += 1
    }
    activeRun?.expectation = active
    let isForbidden = event.breakpoints.contains { $0.number == active.forbiddenNumber }
    let isMet = !isForbidden && isMet(active, by: event, wish)
    let programs = event.breakpoints.filter { !$0.isInternal }.map(BreakpointProgram.init)
    let isShown = isMet || isForbidden || !programs.isEmpty || !isPassable(event)
    let isSilent = !isMet && !isForbidden && !programs.isEmpty && programs.allSatisfy(\.isSilent)
    if isShown, wish == nil || event != .interrupted { try shell.show(event, isSilent: isSilent) }
    if case .conditionFailed(let number, let reason, _) = event {
      throw ShellError(
        number < 0
          ? "the condition of the expectation cannot be evaluated: \(reason)"
          : "the condition of breakpoint \(number) cannot be evaluated: \(reason)")
    }
    let staysStopped = try runAll(programs)
    guard shell.session === session else { return try endRun(of: session) }
    activeRun?.expectation = active
    if isForbidden { throw Unmet(reason: "such an exit occurred") }
    if isMet || shell.isDone { return true }
    try checkLimits(active, wish, session)
    guard isPassable(event) || wish != nil && event == .interrupted else {
      if !programs.isEmpty, !staysStopped, session.ending == nil {
        try goOn(session)
        return false
      }
      throw Unmet(
        reason: session.ending == nil ? "the target stopped first" : "the guest ended first")
    }
    try goOn(session)
    return false
  }

  private func isMet(
    _ active: ActiveExpectation, by event: SessionEvent, _ wish: StopWish?
  ) -> Bool {
    switch active.expectation.goal {
    case .exit: event.breakpoints.contains { $0.number == active.goalNumber }
    case .console: active.line != nil
    case .stop(let goal): goal.isMet(by: event)
    case .limit:
      switch active.expectation.limit {
      case .exits(let count)?: active.exitCount >= count
      case .seconds?: isTimeOver(active, wish)
      case nil: false
      }
    }
  }

  /// Whether an expectation's time is over, by the guest's clock if it can be read.
  private func isTimeOver(_ active: ActiveExpectation, _ wish: StopWish?) -> Bool {
    guard wish == .limit, case .seconds(let seconds)? = active.expectation.limit else {
      return false
    }
    return guestSeconds(of: active).map { $0 >= seconds } ?? true
  }

  private func checkLimits(
    _ active: ActiveExpectation, _ wish: StopWish?, _ session: HypervisorSession
  ) throws {
    switch active.expectation.limit {
    case .exits(let count)? where active.exitCount >= count:
      throw Unmet(reason: "not within \(Expectation.Limit.exits(count).text)")
    case .seconds(let seconds)? where isTimeOver(active, wish):
      let clock =
        guestSeconds(of: active) == nil ? "the wall clock" : "the guest's time"
      throw Unmet(reason: "not within \(Seconds.text(seconds)) of \(clock)")
    default: break
    }
  }

  /// Whether a stop is passed over while a script expects something: exits and entries are.
  private func isPassable(_ event: SessionEvent) -> Bool {
    switch event {
    case .exit, .entry: true
    default: false
    }
  }

  private func goOn(_ session: HypervisorSession) throws {
    try session.resume()
    activeRun?.expectation?.noteRun()
  }

  /// Runs the commands of breakpoints; returns whether one of them wants the target to stay stopped.
  private func runAll(_ programs: [BreakpointProgram]) throws -> Bool {
    let run = activeRun
    var counts: [Int] = []
    for program in programs { counts.append(try continuation(of: program)) }
    activeRun = run
    return (counts.min() ?? 0) == 0
  }
}

/// An expectation was not met.
struct Unmet: Error {
  let reason: String
}

extension Expectation {
  /// Whether its time is limited.
  var isTimed: Bool {
    if case .seconds? = limit { true } else { false }
  }

  /// Whether it is met when its time is over.
  var isOver: Bool {
    if case .limit = goal { true } else { false }
  }
}
