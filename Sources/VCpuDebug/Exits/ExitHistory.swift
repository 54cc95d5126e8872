internal import ArmVCpu
internal import GDBRemote

/// The exits that a session has seen: the last one of each CPU and of each vCPU, and their numbers.
struct ExitHistory {
  /// The last exit of each CPU, as it was when it was caught. A guest has not been entered there since.
  var byCPU: [ThreadID: Exit] = [:]
  /// The last exit of each vCPU, as it was when it was caught.
  var byOrigin: [ExitOrigin: Exit] = [:]
  var counts: [ExitOrigin: UInt64] = [:]
  /// What each CPU's last exit has replaced in `byOrigin`.
  private var replaced: [ThreadID: Exit] = [:]
  /// Why a CPU's last seen exit may not be its last one.
  var gaps: [ThreadID: NoExit] = [:]

  private static let reason =
    "this was read at the exit, and the hypervisor may have saved it since, at an unknown place. "
    + "At the stop of 'catch exit' it can be set"

  /// Records a caught exit, and gives it its number.
  ///
  /// - Parameter isNew: false if it is the exit of the same stop, read again.
  mutating func note(_ exit: inout Exit, on thread: ThreadID, isNew: Bool) {
    let before = byOrigin[exit.origin]
    let isKnown = !isNew && byCPU[thread]?.hasSameState(as: exit) == true
    if case .seen = exit.count {
      if isNew { counts[exit.origin, default: 0] += 1 }
      // One of a selected CPU that has not been reported yet is the next.
      exit.count = .seen((counts[exit.origin] ?? 0) + (isNew || isKnown ? 0 : 1))
    }
    guard isNew else {
      exit.repetition = isKnown ? byCPU[thread]?.repetition ?? 1 : 1
      if !isKnown { byCPU[thread] = exit }
      return
    }
    if let before, exit.isRetry(of: before) {
      // The hypervisor's count says whether it is the same exit, seen at another address.
      let isSame = exit.count == before.count
      exit.repetition = before.repetition + (isSame ? 0 : 1)
    }
    // A vCPU that has moved is no longer handled on the CPU where it left before.
    for (other, last) in byCPU where other != thread && last.origin == exit.origin {
      byCPU[other] = nil
    }
    replaced[thread] = before
    byOrigin[exit.origin] = exit
    byCPU[thread] = exit
    gaps[thread] = nil
  }

  /// Whether an exit is a CPU's last seen one, whatever it was read from.
  func isLast(_ exit: Exit, on thread: ThreadID) -> Bool {
    byCPU[thread]?.hasSameState(as: exit) == true
  }

  /// Completes an exit whose guest is about to be entered: the CPU itself no longer has its syndrome.
  func complete(_ exit: inout Exit, on thread: ThreadID) {
    guard case .seen = exit.count, let before = byOrigin[exit.origin] else { return }
    exit.takeCause(of: before)
  }

  /// Records that the user changed a part of the exit, so that it isn't attributed to the
  /// hypervisor.
  mutating func update(_ part: ExitPart, to value: UInt64, of exit: Exit, on thread: ThreadID) {
    byOrigin[exit.origin]?.update(part, to: value)
    byCPU[thread]?.update(part, to: value)
    if part == .pc {
      byOrigin[exit.origin]?.hasSetPC = true
      byCPU[thread]?.hasSetPC = true
    }
  }

  /// Records the guest's SCTLR_EL1 at an exit.
  mutating func note(sctlr: UInt64, of exit: Exit, on thread: ThreadID) {
    byOrigin[exit.origin]?.sctlr = sctlr
    byCPU[thread]?.sctlr = sctlr
  }

  /// Takes back the last exit of a CPU: only the debugger has caused it.
  mutating func takeBack(_ exit: Exit, on thread: ThreadID) {
    byCPU[thread] = nil
    byOrigin[exit.origin] = replaced[thread]
    guard case .seen = exit.count, let count = counts[exit.origin], count > 0 else { return }
    counts[exit.origin] = count - 1
  }

  /// Records that a guest runs on this CPU, so its exit is over.
  mutating func noteGuest(_ thread: ThreadID) { byCPU[thread] = nil }

  /// Records that the target runs, and which of its exits it stops at.
  mutating func noteRun(with coverage: ExitCoverage) {
    guard coverage != .all else { return }
    for thread in byCPU.keys {
      gaps[thread] = coverage == .none ? .unwatched : .interruptsUnwatched
    }
    byCPU = [:]
    // It is still the same fault if an interrupt came in between.
    if coverage == .none { byOrigin = [:] }
  }

  /// The exit that a CPU handles, for display.
  ///
  /// - Throws: `DebugError.notAtExit` if none was seen, or it may not be the last.
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
