/// A condition as a program of the target's filter.
struct CompiledCondition: Equatable, Sendable {
  /// The program; empty if nothing of the condition runs in the target.
  var words: [UInt64]
  /// Why a part of it runs on the host, and which, in a phrase; nil if all of it runs in the target.
  var hostReason: String?
}
