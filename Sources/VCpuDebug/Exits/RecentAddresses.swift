internal import GDBRemote

/// Where each CPU had something at its last stop, which is mostly where it has it at the next: it is read with the
/// registers, in the same round trip.
struct RecentAddresses {
  private var byThread: [ThreadID: UInt64] = [:]
  private var last: UInt64?

  /// The address for a CPU; for one that was not seen yet, the last one of another. Nil before the first.
  subscript(thread: ThreadID) -> UInt64? { byThread[thread] ?? last }

  /// A CPU has it at an address.
  mutating func note(_ address: UInt64, of thread: ThreadID) {
    byThread[thread] = address
    last = address
  }
}
