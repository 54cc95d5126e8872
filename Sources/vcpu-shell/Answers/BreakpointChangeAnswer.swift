internal import VCpuDebug

/// What was changed of breakpoints and catchpoints.
struct BreakpointChangeAnswer: Answer {
  static let kind = "breakpointChange"
  /// What was changed.
  let change: Change
  /// Those that were changed, as they are now; those that were deleted, as they were.
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
