/// A stream of bytes to and from a stub.
///
/// No method blocks past its deadline.
public protocol Transport: AnyObject {
  /// The descriptor for `poll()`, or -1 if there is none.
  var fileDescriptor: Int32 { get }

  /// The name of the other end, for messages.
  var peerDescription: String { get }

  /// Appends the bytes that have arrived to `buffer`, without waiting.
  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome

  /// Waits until there is something to read or the other end is gone. False means that the deadline
  /// passed.
  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool

  /// Waits until bytes arrive, and appends them to `buffer`. `.nothing` means that the deadline
  /// passed.
  func read(
    into buffer: inout [UInt8], deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> ReadOutcome

  /// Writes all of `bytes`, or throws when the deadline passes.
  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError)

  /// Ends the connection. Closing twice does no harm.
  func close()

  /// The time that deadlines refer to. A transport in memory may have its own time.
  var now: ContinuousClock.Instant { get }
}

extension Transport {
  /// The system's time.
  public var now: ContinuousClock.Instant { .now }

  /// Reads, waits if nothing has arrived, and reads again.
  public func read(
    into buffer: inout [UInt8], deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> ReadOutcome {
    while true {
      let outcome = try readAvailable(into: &buffer)
      guard outcome == .nothing, try waitUntilReadable(deadline: deadline) else { return outcome }
    }
  }
}

/// The result of an attempt to read.
public enum ReadOutcome: Equatable, Sendable {
  /// This many bytes were appended.
  case bytes(Int)
  /// Nothing has arrived.
  case nothing
  /// The other end closed the connection.
  case closed
}
