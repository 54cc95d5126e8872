internal import ArmVCpu
internal import GDBRemote

/// What a session has seen of exits: the last one of each CPU and of each vCPU, and how many there were.
struct ExitHistory {
  /// The last exit of each CPU, as it was when it was caught. A guest has not been entered there since.
  var byCPU: [ThreadID: Exit] = [:]
  /// The last exit of each vCPU, as it was when it was caught.
  var byOrigin: [ExitOrigin: Exit] = [:]
  var counts: [ExitOrigin: UInt64] = [:]
  /// Why the exit that was seen of a CPU is not known to be its last.
  var gaps: [ThreadID: NoExit] = [:]

  private static let reason =
    "this is what was seen at the exit, and the hypervisor may have saved it since, at a place that is not known. "
    + "At the stop of 'catch exit' it can be set"

  /// Takes an exit up that was caught, and gives it its number.
  ///
  /// - Parameter isNew: whether it is not the exit of this very stop, read again.
  mutating func note(_ exit: inout Exit, on thread: ThreadID, isNew: Bool) {
    let before = byOrigin[exit.origin]
    let isKnown = !isNew && byCPU[thread]?.hasSameState(as: exit) == true
    if case .seen = exit.count {
      if isNew { counts[exit.origin, default: 0] += 1 }
      // One that has not been told yet, of a CPU that a person looks at, is the next.
      exit.count = .seen((counts[exit.origin] ?? 0) + (isNew || isKnown ? 0 : 1))
    }
    guard isNew else {
      exit.repetition = isKnown ? byCPU[thread]?.repetition ?? 1 : 1
      if !isKnown { byCPU[thread] = exit }
      return
    }
    if let before, exit.isRetry(of: before) { exit.repetition = before.repetition + 1 }
    // A vCPU that has moved is no longer handled where it left before.
    for (other, last) in byCPU where other != thread && last.origin == exit.origin {
      byCPU[other] = nil
    }
    byOrigin[exit.origin] = exit
    byCPU[thread] = exit
    gaps[thread] = nil
  }

  /// Whether an exit is the one that was seen last of a CPU, whatever it was read from.
  func isLast(_ exit: Exit, on thread: ThreadID) -> Bool {
    byCPU[thread]?.hasSameState(as: exit) == true
  }

  /// Completes what is known of an exit whose guest is about to be entered: the CPU itself has no syndrome of it any
  /// more.
  func complete(_ exit: inout Exit, on thread: ThreadID) {
    guard case .seen = exit.count, let before = byOrigin[exit.origin] else { return }
    exit.takeCause(of: before)
  }

  /// A person has changed a part of the exit: that is no doing of the hypervisor's.
  mutating func update(_ part: ExitPart, to value: UInt64, of exit: Exit, on thread: ThreadID) {
    byOrigin[exit.origin]?.update(part, to: value)
    byCPU[thread]?.update(part, to: value)
    if part == .pc {
      byOrigin[exit.origin]?.hasSetPC = true
      byCPU[thread]?.hasSetPC = true
    }
  }

  /// The guest's SCTLR_EL1 at an exit was read.
  mutating func note(sctlr: UInt64, of exit: Exit, on thread: ThreadID) {
    byOrigin[exit.origin]?.sctlr = sctlr
    byCPU[thread]?.sctlr = sctlr
  }

  /// A guest runs on this CPU: its exit is over.
  mutating func noteGuest(_ thread: ThreadID) { byCPU[thread] = nil }

  /// The target runs, and stops at so many of its exits.
  mutating func noteRun(with coverage: ExitCoverage) {
    guard coverage != .all else { return }
    for thread in byCPU.keys {
      gaps[thread] = coverage == .none ? .unwatched : .interruptsUnwatched
    }
    byCPU = [:]
    // An interrupt in between doesn't make the same fault another.
    if coverage == .none { byOrigin = [:] }
  }

  /// The exit that a CPU handles, to look at.
  ///
  /// - Throws: `DebugError.notAtExit` where none was seen, or it may not be the last.
  func exit(on thread: ThreadID) throws(DebugError) -> Exit {
    guard var exit = byCPU[thread] else { throw .notAtExit(gaps[thread] ?? .notSeen) }
    exit.moment = .handled
    exit.storage = .seen(reason: Self.reason)
    return exit
  }

  /// The last exit of a vCPU, as it was; nil if none was seen.
  func last(of origin: ExitOrigin) -> Exit? { byOrigin[origin] }
}

extension Exit {
  /// Whether the guest executed the same instruction again, with the same registers, and left for the same reason.
  fileprivate func isRetry(of before: Exit) -> Bool {
    syndrome.kind == .synchronous && instructionAddress == pc && hasSameState(as: before)
  }
}
