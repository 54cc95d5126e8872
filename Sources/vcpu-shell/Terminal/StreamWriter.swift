internal import Glibc

/// Writes to a stream that may be full, without being held by it: a pipe to a program that does not read, a terminal
/// after Ctrl-S.
struct StreamWriter {
  /// What ends a wait; nil to wait for ever.
  let signals: Signals?

  /// What became of the bytes.
  enum Outcome: Equatable {
    /// They are on their way.
    case written
    /// A signal ended the wait for room. The rest of them is dropped.
    case dropped
    /// The stream takes no more; the error's number.
    case failed(Int32)
  }

  /// As much as a pipe takes at once where it has room at all (PIPE_BUF, pipe(7)).
  private static let pieceByteCount = 4096

  func write(_ bytes: [UInt8], to descriptor: Int32) -> Outcome {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch waitForRoom(descriptor) {
      case .written: break
      case let outcome: return outcome
      }
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, min(buffer.count, Self.pieceByteCount))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR, errno != EAGAIN {
        return .failed(errno)
      }
    }
    return .written
  }

  /// Waits until there is room. Signals that have arrived do not matter as long as there is.
  private func waitForRoom(_ descriptor: Int32) -> Outcome {
    var poller = Poller()
    poller.register(descriptor, for: .writable)
    if let signals { poller.register(signals.descriptor) }
    while true {
      // What `Signals` has read already no longer shows at its descriptor.
      let isWanted = signals?.endWaits != true
      guard let ready = try? poller.wait(until: isWanted ? nil : .now) else {
        return .failed(EBADF)
      }
      if ready.contains(where: { $0.descriptor == descriptor }) { return .written }
      if !isWanted { return .dropped }
    }
  }
}
