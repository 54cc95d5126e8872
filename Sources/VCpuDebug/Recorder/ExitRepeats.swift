internal import ArmVCpu

/// An exit that came again and again: the same vCPU at the same place with the same syndrome.
public struct ExitRepetition: Equatable, Sendable {
  /// The last of them.
  public let last: RecordedExit
  /// When the first of them was.
  public let firstTime: UInt64
  /// How many there are in a row.
  public let count: Int
  /// Whether there may be more, before the first that was recorded.
  public let isAtLeast: Bool
  /// Whether the last of them is the vCPU's last exit.
  public let isLatest: Bool

  /// Whether the guest seems to make no progress: a fault that isn't an access to a device is answered by letting the
  /// guest execute the instruction again.
  public var isStuck: Bool {
    switch last.reason {
    case .dataAbort, .instructionAbort: true
    default: false
    }
  }
}

extension ExitLog {
  /// The repetitions of at least `least` exits in a row, the longest first.
  public func repetitions(least: Int = 3) -> [ExitRepetition] {
    struct Key: Hashable {
      let vm: Int
      let vcpu: Int
    }
    struct Run {
      var first: RecordedExit
      var last: RecordedExit
      var count: Int
      var isFirst: Bool
    }
    var runs: [Key: Run] = [:]
    var found: [ExitRepetition] = []
    func end(_ run: Run, isLatest: Bool) {
      guard run.count >= least else { return }
      found.append(
        ExitRepetition(
          last: run.last, firstTime: run.first.time, count: run.count,
          isAtLeast: run.isFirst && run.first.number > 0, isLatest: isLatest))
    }
    for exit in exits {
      // A vCPU that waits is idle.
      if case .wait = exit.reason { continue }
      let key = Key(vm: exit.vm, vcpu: exit.vcpu)
      if var run = runs[key] {
        if exit.isRepetition(of: run.last) {
          run.last = exit
          run.count += 1
          runs[key] = run
        } else {
          end(run, isLatest: false)
          runs[key] = Run(first: exit, last: exit, count: 1, isFirst: false)
        }
      } else {
        runs[key] = Run(first: exit, last: exit, count: 1, isFirst: true)
      }
    }
    for run in runs.values { end(run, isLatest: true) }
    return found.sorted {
      ($0.count, $0.last.time) > ($1.count, $1.last.time)
    }
  }
}
