/// What to do with a target that was set going and stops: stops in, actions out. It knows no target and no breakpoint;
/// whoever carries the actions out tells it what it has to know of a stop.
///
/// ```
/// idle ── resume ─► stop ── a stop that nobody wants ─► leave ─► stop, or stepOver ─ trap ─► stop
///   ▲                │                                              (one step off a breakpoint)
///   └──── report ────┴── wanted, or not a trap
/// ```
struct RunControl: Equatable {
  /// What is waited for while the target runs.
  enum Wait: Equatable {
    /// Nothing: the target was not set going.
    case idle
    /// The next stop that somebody wants.
    case stop
    /// The end of a step, after which so many are left, it included.
    case step(remaining: Int)
    /// The end of a step off a breakpoint, after which the target runs on.
    case stepOver
    /// Any stop: a person wants one.
    case interrupt
  }

  /// What has to be known of a stop.
  struct Stop: Equatable {
    /// Its signal; 5 is a trap, the end of a step or a breakpoint.
    var signal: UInt8
    /// Whether it is a signal of a program's that the program gets, and nobody wants to know of.
    var isQuiet = false
    /// Whether there is one of our breakpoints where the thread is.
    var isAtBreakpoint: Bool

    var isTrap: Bool { signal == 5 }
  }

  /// How a thread can get away from where it stands.
  enum Departure: Equatable {
    /// There is nothing in the way.
    case free
    /// The instruction there does nothing: on from the next one.
    case skip(to: UInt64)
    /// There is a breakpoint, which a step passes.
    case step
  }

  /// What to do.
  enum Action: Equatable {
    /// Make the breakpoints of the target those that are wanted now.
    case insert
    /// Get away from where the thread stands: ask `leave(by:)` how.
    case leave
    /// One instruction of the thread that stopped. `isWanted` tells that a person asked for it.
    case step(isWanted: Bool)
    /// Every thread runs.
    case run
    /// Every thread runs, the one that stopped from another address.
    case runFrom(UInt64)
    /// Find out which breakpoints want the stop, and tell it by `found(_:at:)`.
    case evaluate
    /// Tell what happened; the target stays stopped.
    case report(SessionEvent)
  }

  private(set) var wait = Wait.idle

  /// Whether the target was asked to stop and has not yet.
  var isInterrupting: Bool { wait == .interrupt }

  // MARK: A person's wishes

  /// The target is to run.
  mutating func resume() -> [Action] {
    wait = .stop
    return [.insert, .leave]
  }

  /// A thread is to take steps.
  mutating func step(count: Int) -> [Action] {
    wait = .step(remaining: count)
    return [.insert, .step(isWanted: true)]
  }

  /// The running target is to stop.
  mutating func interrupt() { wait = .interrupt }

  /// What was begun did not come to a run.
  mutating func cancel() { wait = .idle }

  // MARK: What happens

  /// Whether a step off a breakpoint has just ended, and where it has led need not be known: the target holds a thread
  /// that runs at a breakpoint before it executes anything.
  func isSteppedOff(signal: UInt8) -> Bool { wait == .stepOver && signal == 5 }

  /// The step off a breakpoint is done.
  mutating func steppedOff() -> [Action] {
    wait = .stop
    return [.insert, .run]
  }

  /// A thread is told to be where it was about to leave: its step off the breakpoint has executed nothing.
  mutating func standsStill() -> [Action] {
    wait = .stepOver
    return [.step(isWanted: false)]
  }

  /// The target stopped.
  mutating func stopped(_ stop: Stop) -> [Action] {
    if stop.isQuiet, wait != .interrupt { return passOver() }
    if wait == .stepOver, stop.isTrap {
      wait = .stop
      // Where the step needed the breakpoint away, it comes back now. The step may also have led right to another one,
      // which it overrides.
      if !stop.isAtBreakpoint { return [.insert, .run] }
    }
    return stop.isTrap ? [.evaluate] : found(nil, at: stop)
  }

  /// Goes on with what a signal came in between.
  private mutating func passOver() -> [Action] {
    switch wait {
    case .step, .stepOver: return [.step(isWanted: false)]
    case .idle, .stop, .interrupt:
      wait = .stop
      return [.leave]
    }
  }

  /// What the stop turned out to be for; nil if no breakpoint wants it.
  mutating func found(_ event: SessionEvent?, at stop: Stop) -> [Action] {
    if let event { return report(event) }
    switch wait {
    // Whatever stopped it was faster than the request, which a stopped target ignores.
    case .interrupt: return report(.interrupted)
    // A step that ends with another signal was not finished.
    case .step(let remaining) where stop.isTrap:
      guard remaining > 1 else { return report(.stepped) }
      wait = .step(remaining: remaining - 1)
      return [.insert, .step(isWanted: false)]
    case .idle, .stop, .step, .stepOver: break
    }
    guard stop.isTrap, stop.isAtBreakpoint else {
      return report([0, 2].contains(stop.signal) ? .interrupted : .signal(stop.signal))
    }
    // No catchpoint waits for this exit, or the breakpoint is another world's: it only shares the address.
    wait = .stop
    return [.insert, .leave]
  }

  private mutating func report(_ event: SessionEvent) -> [Action] {
    wait = .idle
    return [.report(event)]
  }

  /// How to get away from where the thread stands.
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
