internal import Glibc

/// A connected stream socket.
///
/// No call blocks beyond its deadline, and a stub that goes away causes an error, never a
/// `SIGPIPE`.
public final class SocketTransport: Transport {
  /// The socket, or -1 once it is closed.
  public private(set) var fileDescriptor: Int32

  /// The name of the other end, for messages.
  public let peerDescription: String

  private static let readByteCount = 1 << 16
  private static let readLimit = 1 << 20
  private var scratch = [UInt8](repeating: 0, count: SocketTransport.readByteCount)

  /// Connects to a stub.
  ///
  /// The deadline covers the connection, not the resolution of a host's name.
  public init(connectingTo endpoint: Endpoint, timeout: Duration) throws(RemoteError) {
    let deadline = ContinuousClock.now + timeout
    fileDescriptor = try SocketConnector.connect(to: endpoint, deadline: deadline)
    peerDescription = endpoint.description
    setWaitSlice()
  }

  /// Takes over a connected socket, such as one end of a socket pair, and closes it in the end.
  public init(adopting fileDescriptor: Int32, peerDescription: String = "the stub") {
    self.fileDescriptor = fileDescriptor
    self.peerDescription = peerDescription
    setWaitSlice()
  }

  /// How long one call to read waits at most: less than the connection waits before it looks whether the answer
  /// is still wanted, so that most answers come in one call.
  private static let waitSlice = Duration.milliseconds(40)

  /// Has reads wait, but not longer than a slice. Reads that must not wait say so themselves.
  private func setWaitSlice() {
    let flags = fcntl(fileDescriptor, F_GETFL)
    if flags >= 0 { _ = fcntl(fileDescriptor, F_SETFL, flags & ~O_NONBLOCK) }
    var time = timeval(tv_sec: 0, tv_usec: 40_000)
    _ = unsafe setsockopt(
      fileDescriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close() }

  /// Appends what is there, without waiting.
  public func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    try receive(into: &buffer, waiting: false)
  }

  /// Waits until something is there, and appends it to `buffer`.
  ///
  /// As long as there is time the system waits in the call that reads: that saves two calls for each
  /// answer, which is some of the time of a stop.
  public func read(
    into buffer: inout [UInt8], deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> ReadOutcome {
    while deadline - now > Self.waitSlice {
      let outcome = try receive(into: &buffer, waiting: true)
      if outcome != .nothing { return outcome }
    }
    while true {
      let outcome = try receive(into: &buffer, waiting: false)
      guard outcome == .nothing, try waitUntilReadable(deadline: deadline) else { return outcome }
    }
  }

  private func receive(
    into buffer: inout [UInt8], waiting: Bool
  ) throws(RemoteError) -> ReadOutcome {
    var total = 0
    while true {
      let flags = waiting && total == 0 ? 0 : Int32(MSG_DONTWAIT)
      let count = unsafe scratch.withUnsafeMutableBytes { bytes in
        // The array outlives the call, which writes within its bounds.
        unsafe recv(fileDescriptor, bytes.baseAddress, bytes.count, flags)
      }
      if count > 0 {
        buffer.append(contentsOf: scratch[..<count])
        total += count
        if count < scratch.count || total >= Self.readLimit { return .bytes(total) }
        continue
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return total > 0 ? .bytes(total) : .nothing }
      // What arrived before the end is handed out first; the end is found again at the next read.
      if total > 0 { return .bytes(total) }
      if count == 0 || errno == ECONNRESET { return .closed }
      throw SocketTransport.error("cannot read from \(peerDescription)")
    }
  }

  /// Waits until there is something to read or the other end is gone.
  public func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    try Polling.wait(for: fileDescriptor, events: Int16(POLLIN), deadline: deadline)
  }

  /// Writes all of `bytes`.
  public func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        // The slice stays within the array, which outlives the call.
        let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[written...])
        return unsafe send(
          fileDescriptor, rest.baseAddress, rest.count,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count >= 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        guard try Polling.wait(for: fileDescriptor, events: Int16(POLLOUT), deadline: deadline)
        else { throw RemoteError(.timeout, "\(peerDescription) does not take what is sent") }
      case EPIPE, ECONNRESET:
        throw RemoteError(.connectionClosed, "\(peerDescription) closed the connection")
      default:
        throw SocketTransport.error("cannot write to \(peerDescription)")
      }
    }
  }

  /// Closes the socket.
  public func close() {
    guard fileDescriptor >= 0 else { return }
    _ = Glibc.close(fileDescriptor)
    fileDescriptor = -1
  }

  private static func error(_ what: String) -> RemoteError {
    RemoteError(.connectionClosed, "\(what): \(SystemError.text(errno))")
  }
}
