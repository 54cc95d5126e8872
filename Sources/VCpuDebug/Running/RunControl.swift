/// Decides what to do with a target that was resumed and stops: stops in, actions out. It doesn't access the target or
/// the breakpoints; the code that carries out the actions passes in what it needs to know about a stop.
///
/// ```
/// idle ── resume ─► stop ── a stop that isn't reported ─► leave ─► stop, or stepOver ─ trap ─► stop
///   ▲                │                                              (one step off a breakpoint)
///   └──── report ────┴── wanted, or not a trap
/// ```
struct RunControl: Equatable {
  /// What is waited for while the target runs.
  enum Wait: Equatable {
    /// Nothing: the target was not resumed.
    case idle
    /// The next stop that is wanted.
    case stop
    /// The end of a step; `remaining` steps are left, including this one.
    case step(remaining: Int)
    /// The end of a step off a breakpoint, after which the target runs on.
    case stepOver
    /// The end of a step over an access to watched memory; then the target runs on, or `remaining` steps of the user's
    /// are left, including this one.
    case access(remaining: Int?)
    /// Any stop: the user interrupted the target.
    case interrupt
  }

  /// What has to be known about a stop.
  struct Stop: Equatable {
    /// Its signal; 5 is a trap, the end of a step or a breakpoint.
    var signal: UInt8
    /// Whether it is a program's signal that is passed to the program without being reported.
    var isQuiet = false
    /// Whether there is one of our breakpoints where the thread is.
    var isAtBreakpoint: Bool

    var isTrap: Bool { signal == 5 }
  }

  /// How a thread can leave its current address.
  enum Departure: Equatable {
    /// Nothing is in the way.
    case free
    /// The instruction there does nothing: continue at the next one.
    case skip(to: UInt64)
    /// There is a breakpoint, which must be stepped over.
    case step
  }

  /// What to do next.
  enum Action: Equatable {
    /// Update the target's breakpoints to those that are wanted now.
    case insert
    /// Step over an access to watched memory, with the watchpoints removed.
    case stepAccess
    /// Leave the thread's current address: `leave(by:)` says how.
    case leave
    /// Execute one instruction of the thread that stopped. `isWanted` is true if the user asked for
    /// it.
    case step(isWanted: Bool)
    /// Run every thread.
    case run
    /// Run every thread, the stopped one from another address.
    case runFrom(UInt64)
    /// Find out which breakpoints want the stop, and pass the result to `found(_:at:)`.
    case evaluate
    /// Report what happened; the target stays stopped.
    case report(SessionEvent)
  }

  private(set) var wait = Wait.idle
  /// The steps of the last run, up to the one in which it ended; nil if it wasn't a step.
  private(set) var steps: StepProgress?
  private var stepCount = 0

  /// Whether the end of a step of the user's is waited for.
  var isStepping: Bool {
    switch wait {
    case .step, .access(remaining: _?): true
    case .idle, .stop, .stepOver, .access, .interrupt: false
    }
  }

  /// Whether the target was asked to stop but hasn't stopped yet.
  var isInterrupting: Bool { wait == .interrupt }

  // MARK: Requests of the user

  /// Resumes the target.
  mutating func resume() -> [Action] {
    wait = .stop
    steps = nil
    return [.insert, .leave]
  }

  /// Steps a thread.
  mutating func step(count: Int) -> [Action] {
    wait = .step(remaining: count)
    stepCount = count
    steps = nil
    return [.insert, .step(isWanted: true)]
  }

  /// Asks the running target to stop.
  mutating func interrupt() {
    noteSteps()
    wait = .interrupt
  }

  /// The request failed before the target ran.
  mutating func cancel() { wait = .idle }

  // MARK: What happens

  /// Whether a step off a breakpoint has just ended, so that the new PC need not be read: if the thread is at another
  /// breakpoint, the target stops it there before it executes anything.
  func isSteppedOff(signal: UInt8) -> Bool { wait == .stepOver && signal == 5 }

  /// The step off a breakpoint is done.
  mutating func steppedOff() -> [Action] {
    wait = .stop
    return [.insert, .run]
  }

  /// A thread is still where it was about to leave: its step off the breakpoint executed nothing.
  mutating func standsStill() -> [Action] {
    wait = .stepOver
    return [.step(isWanted: false)]
  }

  /// The target stopped before an access to watched memory, or has not carried it out yet.
  mutating func reachedAccess() -> [Action] {
    waitForAccess()
    return [.stepAccess]
  }

  /// An access to watched memory was carried out for the thread, which is after it now.
  mutating func carriedOutAccess(_ stop: Stop) -> [Action] {
    waitForAccess()
    return stopped(stop)
  }

  private mutating func waitForAccess() {
    switch wait {
    case .step(let remaining): wait = .access(remaining: remaining)
    case .access, .interrupt: break
    case .idle, .stop, .stepOver: wait = .access(remaining: nil)
    }
  }

  /// The target stopped.
  mutating func stopped(_ stop: Stop) -> [Action] {
    if stop.isQuiet, wait != .interrupt { return passOver() }
    if wait == .stepOver, stop.isTrap {
      wait = .stop
      // If the breakpoint was removed for the step, it is inserted again now. The step may also have ended at another
      // breakpoint, without stopping for it.
      if !stop.isAtBreakpoint { return [.insert, .run] }
    }
    return stop.isTrap ? [.evaluate] : found(nil, at: stop)
  }

  /// Continues what a signal interrupted.
  private mutating func passOver() -> [Action] {
    switch wait {
    case .step, .stepOver, .access: return [.step(isWanted: false)]
    case .idle, .stop, .interrupt:
      wait = .stop
      return [.leave]
    }
  }

  /// The reason for the stop was found; nil if no breakpoint wants it.
  mutating func found(_ event: SessionEvent?, at stop: Stop) -> [Action] {
    if let event { return report(event) }
    switch wait {
    // Something else stopped it before the request did; a stopped target ignores the request.
    case .interrupt: return report(.interrupted)
    // A step that ends with another signal was not finished.
    case .step(let remaining) where stop.isTrap:
      guard remaining > 1 else { return report(.stepped) }
      wait = .step(remaining: remaining - 1)
      return [.insert, .step(isWanted: false)]
    // The access doesn't count: another world's, or a write of the same value.
    case .access(let remaining) where stop.isTrap:
      guard let remaining else {
        wait = .stop
        return [.insert, stop.isAtBreakpoint ? .leave : .run]
      }
      guard remaining > 1 else { return report(.stepped) }
      wait = .step(remaining: remaining - 1)
      return [.insert, .step(isWanted: false)]
    case .idle, .stop, .step, .stepOver, .access: break
    }
    guard stop.isTrap, stop.isAtBreakpoint else {
      return report([0, 2].contains(stop.signal) ? .interrupted : .signal(stop.signal))
    }
    // No catchpoint waits for this exit, or the breakpoint belongs to another world and only shares the
    // address.
    wait = .stop
    return [.insert, .leave]
  }

  private mutating func report(_ event: SessionEvent) -> [Action] {
    noteSteps()
    wait = .idle
    return [.report(event)]
  }

  private mutating func noteSteps() {
    switch wait {
    case .step(let remaining), .access(let remaining?):
      steps = StepProgress(number: stepCount - remaining + 1, count: stepCount)
    case .idle, .stop, .stepOver, .access, .interrupt: break
    }
  }

  /// How to leave the thread's current address.
  mutating func leave(by departure: Departure) -> Action {
    switch departure {
    case .free: return .run
    case .skip(let address): return .runFrom(address)
    case .step:
      if wait == .stop { wait = .stepOver }
      return .step(isWanted: false)
    }
  }
}
