/// A condition for exits as a program of a filter.
struct CompiledCondition: Equatable, Sendable {
  /// The program for the parts that can run in the target; empty if none can. Then every exit matches.
  var words: [UInt64]
  /// Which parts the debugger has to evaluate, and why, without a full stop; nil if the program is the whole condition.
  /// Otherwise the debugger evaluates all of the condition when the target stops.
  var hostReason: String?
}

/// Why a part of a condition can't run in the target, in a sentence without a full stop.
struct FilterObstacle: Error, Equatable {
  let reason: String

  init(reason: String) { self.reason = reason }

  /// - Parameter what: what is wrong with the part, after its text: `reads memory`.
  init(_ part: Expression, _ what: String) { reason = "`\(part)` \(what)" }
}
