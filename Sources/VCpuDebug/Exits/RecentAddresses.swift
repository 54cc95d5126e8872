internal import GDBRemote

/// Where each CPU had something at its last stop. It is usually there at the next stop too, so it is read with the
/// registers, in the same round trip.
struct RecentAddresses {
  private var byThread: [ThreadID: UInt64] = [:]
  private var last: UInt64?

  /// The address for a CPU; for a CPU that wasn't seen yet, the last one of another. Nil before the
  /// first.
  subscript(thread: ThreadID) -> UInt64? { byThread[thread] ?? last }

  /// Records a CPU's address.
  mutating func note(_ address: UInt64, of thread: ThreadID) {
    byThread[thread] = address
    last = address
  }
}
