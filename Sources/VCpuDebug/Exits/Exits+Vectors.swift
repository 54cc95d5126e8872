internal import GDBRemote

extension Exits {
  /// Vectors of a CPU that exits may come through without a stop.
  struct UnwatchedVectors {
    /// The CPU.
    let thread: ThreadID
    /// VBAR_EL2.
    let vectors: UInt64
    /// Why, in a sentence without a full stop.
    let reason: String
  }

  /// The CPUs whose synchronous exits may not stop, with the vectors that they have now. A CPU without vectors isn't
  /// among them: it was not switched on yet.
  ///
  /// Vectors that were not seen before are watched from now on.
  func unwatchedVectors() throws -> [UnwatchedVectors] {
    guard let source else { return [] }
    var unwatched: [UnwatchedVectors] = []
    var seen: [UInt64: String?] = [:]
    let register = try access.description(of: "VBAR_EL2")
    for thread in try access.target.threads() {
      let bytes = try access.onThread(thread) { () throws(RemoteError) in
        try access.target.batch([.register(register)])[0].bytes()
      }
      guard let vectors = access.byteOrders.registers.integer(bytes), vectors != 0 else { continue }
      let reason: String?
      if let known = seen[vectors] {
        reason = known
      } else {
        reason = try source.watch(vectorsAt: vectors)
        seen[vectors] = .some(reason)
      }
      if let reason {
        unwatched.append(UnwatchedVectors(thread: thread, vectors: vectors, reason: reason))
      }
    }
    return unwatched
  }
}
