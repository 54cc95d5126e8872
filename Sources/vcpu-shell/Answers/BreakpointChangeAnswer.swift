internal import VCpuDebug

/// A change of breakpoints and catchpoints.
struct BreakpointChangeAnswer: Answer {
  static let kind = "breakpointChange"
  /// What was changed.
  let change: Change
  /// The breakpoints after the change; deleted ones as they were before.
  let breakpoints: [BreakpointDescription]

  /// What can be changed.
  enum Change: String, Codable, CaseIterable, Sendable {
    case deleted, enabled, disabled, condition, ignoreCount, commands
  }

  init(_ change: Change, of numbers: [Int], in session: HypervisorSession) {
    self.change = change
    breakpoints = numbers.compactMap { session.breakpoints[$0] }.map {
      BreakpointDescription($0, in: session)
    }
  }
}

extension BreakpointChangeAnswer {
  /// What a person reads of a count of stops that are ignored.
  static func words(ignoring count: Int, of number: Int) -> String {
    switch count {
    case 0: "Will stop at the next hit of breakpoint \(number)."
    case 1: "Will ignore the next stop of breakpoint \(number)."
    default: "Will ignore the next \(count) stops of breakpoint \(number)."
    }
  }
}
