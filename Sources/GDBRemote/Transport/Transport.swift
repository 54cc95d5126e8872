/// A stream of bytes to and from a stub.
///
/// No method blocks for longer than it is told to.
public protocol Transport: AnyObject {
  /// What to give to `poll()`, or -1 if there is none.
  var fileDescriptor: Int32 { get }

  /// Who is at the other end, for messages.
  var peerDescription: String { get }

  /// Appends the bytes that are there to `buffer`, without waiting.
  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome

  /// Waits until there is something to read or the other end is gone. False means that the deadline
  /// passed.
  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool

  /// Waits until something is there, and appends it to `buffer`. `.nothing` means that the deadline
  /// passed.
  func read(
    into buffer: inout [UInt8], deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> ReadOutcome

  /// Writes all of `bytes`, or throws when the deadline passes.
  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError)

  /// Ends the connection. Closing twice does no harm.
  func close()

  /// The time by which deadlines are kept. A transport in memory may have a time of its own.
  var now: ContinuousClock.Instant { get }
}

extension Transport {
  /// The time of the machine.
  public var now: ContinuousClock.Instant { .now }

  /// Looks, waits and looks again.
  public func read(
    into buffer: inout [UInt8], deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> ReadOutcome {
    while true {
      let outcome = try readAvailable(into: &buffer)
      guard outcome == .nothing, try waitUntilReadable(deadline: deadline) else { return outcome }
    }
  }
}

/// What an attempt to read came to.
public enum ReadOutcome: Equatable, Sendable {
  /// So many bytes were appended.
  case bytes(Int)
  /// Nothing is there now.
  case nothing
  /// The other end closed the connection.
  case closed
}
