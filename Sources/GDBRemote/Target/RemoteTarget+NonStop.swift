// Non-stop mode: a thread that stops doesn't stop the others.
//
// Source: GDB manual, Remote Protocol Support for Non-Stop Mode.

extension RemoteTarget {
  /// Turns non-stop mode on or off.
  ///
  /// In this mode the target can be asked while threads run, so `state` stays `.stopped`. A resume
  /// starts the threads that it names; `waitForStop(timeout:)` and `poll()` return one stop at a
  /// time, each for the thread that it names; `interrupt()` stops all threads, and
  /// `.threads([ThreadAction(.stop, thread)])` stops one. Turning it on stops the threads; they
  /// must be stopped before it is turned off.
  public func setNonStop(_ isOn: Bool) throws(RemoteError) {
    guard profile.hasNonStopMode, profile.resumeActions.has(.stop) else {
      throw RemoteError(.unsupported, "the stub stops all threads together")
    }
    let reply: [UInt8]
    do throws(RemoteError) {
      reply = try exchange(.nonStop(isOn))
    } catch {
      // The stub's mode is unknown now, so its answers would be misunderstood.
      connection.close(error)
      throw error
    }
    try StandardReply.requireOK(reply, of: "the switch to \(isOn ? "non" : "all")-stop mode")
    connection.machine.isNonStop = isOn
    connection.notifiedStops = []
    connection.hasMoreStops = false
    isNonStop = isOn
  }

  /// Asks all threads to stop.
  func interruptInNonStop() throws(RemoteError) {
    wasInterrupted = true
    _ = try exchangeInNonStop([.resume([ThreadAction(.stop)], isNonStop: true)])
  }

  /// Carries out a resume, which is answered with OK immediately.
  func exchangeInNonStop(_ commands: [Command]) throws(RemoteError) -> [[UInt8]] {
    let replies = try exchange(commands)
    try StandardReply.requireOK(replies.last ?? [], of: "the request to run")
    return replies
  }

  /// The next stop of a thread, or nil if there is none before the deadline.
  func nextNotifiedStop(
    _ deadline: ContinuousClock.Instant, waiting: Bool
  ) throws(RemoteError) -> StopReply? {
    if connection.notifiedStops.isEmpty, !connection.hasMoreStops {
      _ = try connection.nextAction(deadline, waiting: waiting)
    }
    try connection.within(times: 1) { () throws(RemoteError) in
      try takeStopsAfterNotification()
    }
    guard !connection.notifiedStops.isEmpty else { return noteUnaskedStop() }
    let reply = connection.notifiedStops.removeFirst()
    noteStop(reply)
    return reply
  }

  /// A notification carries one stop; the stub keeps the others until it is asked for them.
  private func takeStopsAfterNotification() throws(RemoteError) {
    let end = connection.deadline
    while connection.hasMoreStops, connection.transport.now < end,
      connection.notifiedStops.count < RemoteConnection.notifiedStopLimit
    {
      connection.hasMoreStops = false
      let reply = try connection.exchange(Command.nextStop)
      if let stop = StopReply(parsing: reply) {
        connection.keep(stop)
        connection.hasMoreStops = true
      } else {
        try StandardReply.requireOK(reply, of: "the request for more stops")
      }
    }
  }
}
