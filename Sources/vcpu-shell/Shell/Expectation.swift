internal import ArmVCpu
internal import VCpuDebug

/// Something that a script expects the running target to do.
struct Expectation {
  /// What must happen.
  enum Goal {
    /// An exit of a class, if the condition holds there.
    case exit(ExitGoal)
    /// A line of the guest's console.
    case console(ConsolePattern)
    /// A stop other than an exit.
    case stop(StopGoal)
    /// A time or a number of exits during which a forbidden exit must not happen.
    case limit
  }

  /// Exits of some classes.
  struct ExitGoal {
    let classes: [ExitClass]
    let condition: String?

    /// `exit hvc if $x0 == 1`.
    var text: String {
      "exit " + classes.map(\.word).joined(separator: " ") + (condition.map { " if \($0)" } ?? "")
    }
  }

  /// What the target may stop for.
  enum StopGoal: String, CaseIterable {
    case breakpoint, fault, end, signal

    /// Whether `event` is one.
    func isMet(by event: SessionEvent) -> Bool {
      switch (self, event) {
      case (.breakpoint, .breakpoint), (.fault, .hypervisorFault), (.end, .ended),
        (.end, .killed), (.signal, .signal):
        true
      // A breakpoint may be where an exit is.
      case (.breakpoint, _): event.breakpoints.contains { !$0.kind.isCatchpoint }
      default: false
      }
    }
  }

  /// How long it may take.
  enum Limit: Equatable {
    case exits(Int)
    case seconds(Double)

    var text: String {
      switch self {
      case .exits(let count): "\(count) exit\(count == 1 ? "" : "s")"
      case .seconds(let seconds): Seconds.text(seconds)
      }
    }
  }

  /// As it was written.
  let text: String
  let goal: Goal
  /// The exits that must not come first.
  var forbidden: ExitGoal?
  var limit: Limit?
}
