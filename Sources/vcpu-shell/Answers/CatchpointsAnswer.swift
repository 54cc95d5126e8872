internal import VCpuDebug

/// The catchpoints, and where each is evaluated.
struct CatchpointsAnswer: Answer {
  static let kind = "catchpoints"
  /// Why the target stops at each exit rather than at those that the hypervisor's filter matches; omitted if it doesn't.
  let reasonForEachExit: String?
  /// In the order of their numbers.
  let catchpoints: [Catchpoint]

  /// A catchpoint.
  struct Catchpoint: Codable, Equatable, Sendable {
    /// Its description.
    let breakpoint: BreakpointDescription
    /// Where it is evaluated while the target runs.
    let evaluation: Evaluation
    /// Which part of the condition only the host can evaluate, and why; omitted if there is none.
    let hostReason: String?
  }

  /// Where a catchpoint is evaluated: in the hypervisor, which stops only for a match; there and then on the host; or on
  /// the host alone, so that each exit or entry stops.
  enum Evaluation: String, Codable, CaseIterable, Sendable { case target, both, host }

  init(in session: HypervisorSession) {
    reasonForEachExit = session.reasonForEachExit
    catchpoints = session.breakpoints.all.filter(\.kind.isCatchpoint).map { breakpoint in
      var (evaluation, reason) = (Evaluation.host, String?.none)
      if case .exit = breakpoint.kind {
        switch session.evaluation(of: breakpoint) {
        case .target: evaluation = .target
        case .both(let hostReason): (evaluation, reason) = (.both, hostReason)
        case .host: break
        }
      }
      return Catchpoint(
        breakpoint: BreakpointDescription(breakpoint, in: session), evaluation: evaluation,
        hostReason: reason)
    }
  }
}
