internal import GDBRemote

/// Where a catchpoint of exits is evaluated.
public enum CatchEvaluation: Equatable, Sendable {
  /// In the hypervisor, which stops only for a match.
  case target
  /// The classes and a part of the condition in the hypervisor, the condition again on the host. The reason says which
  /// part only the host can evaluate, without a full stop.
  case both(hostReason: String)
  /// On the host: the target stops at each exit.
  case host
}

/// The filter of exits in the hypervisor.
extension HypervisorSession {
  /// Why the target stops at each exit rather than at those that the hypervisor's filter matches, in a sentence without
  /// a full stop; nil if it doesn't, or if there isn't a catchpoint of exits.
  public var reasonForEachExit: String? {
    guard points.table.interest.contains(.exits) else { return nil }
    try? points.compileConditions()
    return runner.inserted.filterChoice(for: points.table).reason
  }

  /// Where a catchpoint of exits is evaluated when the target runs.
  public func evaluation(of breakpoint: Breakpoint) -> CatchEvaluation {
    guard reasonForEachExit == nil else { return .host }
    guard let condition = points.table[breakpoint.number]?.condition else { return .target }
    guard let program = condition.program else { return .host }
    return program.hostReason.map { .both(hostReason: $0) } ?? .target
  }

  /// What happened to the hypervisor's filter while the target ran, in a sentence without a full stop; nil if it is as
  /// it should be. From then on the target stops at each exit.
  public func takeFilterNote() throws -> String? {
    guard case .stopped = target.state, exit?.moment != .caught else { return nil }
    return try filter.noteRefusal()
  }

  /// Turns the hypervisor's filter off, for a target that goes on without the debugger.
  func turnOffFilter() throws { try filter.update(to: nil) }
}
