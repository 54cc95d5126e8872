internal import Glibc

/// The descriptors that the shell waits for, over `poll(2)`.
struct Poller {
  /// The events to wait for at a descriptor.
  struct Events: OptionSet {
    let rawValue: Int16

    /// Something to read, or the end of it.
    static let readable = Events(rawValue: Int16(POLLIN))
    /// Room to write.
    static let writable = Events(rawValue: Int16(POLLOUT))
    /// The other end is gone, which is also reported with the other events.
    static let hangUp: Events = []
  }

  /// A descriptor at which something happened.
  struct Ready: Equatable {
    let descriptor: Int32
    /// Reading does not block. Also set when the other end is gone, which a read then reports.
    let isReadable: Bool
    /// Writing does not block.
    let isWritable: Bool
    /// The other end is gone or the descriptor is broken.
    let isHungUp: Bool
  }

  private var entries: [pollfd] = []

  /// Waits at a descriptor from now on, replacing an earlier registration.
  mutating func register(_ descriptor: Int32, for events: Events = .readable) {
    unregister(descriptor)
    entries.append(pollfd(fd: descriptor, events: events.rawValue, revents: 0))
  }

  /// Forgets a descriptor. This must be called before it is closed.
  mutating func unregister(_ descriptor: Int32) {
    entries.removeAll { $0.fd == descriptor }
  }

  /// Waits until something happens at a descriptor or the deadline has come. Signal handlers do not
  /// end the wait.
  ///
  /// - Parameter deadline: nil to wait forever.
  /// - Returns: what is ready, in the order of registration; empty at the deadline.
  mutating func wait(
    until deadline: ContinuousClock.Instant? = nil
  ) throws(SystemCallError) -> [Ready] {
    while true {
      let timeout = deadline.map { Self.milliseconds(from: .now, to: $0) } ?? -1
      let count = unsafe poll(&entries, nfds_t(entries.count), timeout)
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("poll")
      }
      // A timeout longer than poll's 24 days ends early.
      if count == 0, let deadline, deadline > .now { continue }
      if let closed = entries.first(where: { $0.revents & Int16(POLLNVAL) != 0 }) {
        throw SystemCallError(call: "poll of descriptor \(closed.fd)", code: EBADF)
      }
      return entries.filter { $0.revents != 0 }.map(Self.ready)
    }
  }

  private static func ready(_ entry: pollfd) -> Ready {
    let events = Int32(entry.revents)
    let isHungUp = events & (POLLHUP | POLLERR) != 0
    return Ready(
      descriptor: entry.fd, isReadable: events & POLLIN != 0 || isHungUp,
      isWritable: events & POLLOUT != 0, isHungUp: isHungUp)
  }

  /// Whether the other end of a descriptor is already gone.
  static func isHungUp(_ descriptor: Int32) -> Bool {
    var poller = Poller()
    poller.register(descriptor, for: .hangUp)
    let ready = (try? poller.wait(until: .now)) ?? []
    return ready.contains(where: \.isHungUp)
  }

  /// Rounded up, so that the end of a wait is not a series of empty ones.
  static func milliseconds(
    from now: ContinuousClock.Instant, to deadline: ContinuousClock.Instant
  ) -> Int32 {
    let rest = now.duration(to: deadline)
    guard rest > .zero else { return 0 }
    let (seconds, attoseconds) = rest.components
    guard seconds < Int64(Int32.max) / 1000 else { return .max }
    let perMillisecond: Int64 = 1_000_000_000_000_000
    return Int32(seconds * 1000 + (attoseconds + perMillisecond - 1) / perMillisecond)
  }
}
