internal import Glibc

/// Writes to a stream that may be full, without blocking on it: a pipe to a program that does not read, a terminal
/// after Ctrl-S.
struct StreamWriter {
  /// The signals that end a wait; nil to wait forever.
  let signals: Signals?

  /// What became of the bytes.
  enum Outcome: Equatable {
    /// All of them were written.
    case written
    /// A signal ended the wait for room. The remaining bytes are dropped.
    ///
    /// - Parameter isWithinLine: whether the last line that was written lacks its end.
    case dropped(isWithinLine: Bool)
    /// The stream takes no more; the error's number.
    case failed(Int32)
  }

  /// The most that a pipe takes atomically, if it has room at all (PIPE_BUF, pipe(7)).
  private static let pieceByteCount = 4096
  /// How long the rest of a partly written line may wait after a signal. It is less than the time that the process has
  /// to end (`Signals`).
  private static let lineGrace = Duration.milliseconds(300)

  /// Writes `bytes`. A line of up to 4096 bytes that goes to a pipe is written whole or not at all; a part of a longer
  /// one, and of any line to a socket, may be missing if a signal ends the wait for its reader. If a line no longer
  /// fits in a file, all of it is removed again.
  ///
  /// - Parameter patience: how long to wait for room without a signal; nil to wait forever.
  func write(
    _ bytes: [UInt8], to descriptor: Int32, patience: Duration? = nil
  ) -> Outcome {
    var rest = bytes[...]
    let patienceDeadline = patience.map { ContinuousClock.now + $0 }
    // How much of an incomplete line was written.
    var lineByteCount = 0
    var isWithinLine: Bool { lineByteCount > 0 }
    var lineDeadline: ContinuousClock.Instant?
    while !rest.isEmpty {
      // Signals that `Signals` has already read no longer show at its descriptor.
      let isWanted = signals?.endWaits != true
      if !isWanted, isWithinLine, lineDeadline == nil { lineDeadline = .now + Self.lineGrace }
      let deadline = isWanted ? patienceDeadline : isWithinLine ? lineDeadline : .now
      switch waitForRoom(descriptor, until: deadline, orSignal: isWanted) {
      case .signal: continue
      case .late: return .dropped(isWithinLine: isWithinLine)
      case .broken: return .failed(EBADF)
      case .room: break
      }
      let piece = Self.piece(of: rest)
      let count = unsafe piece.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count > 0 {
        let written = piece.prefix(count)
        let newline = written.lastIndex(of: UInt8(ascii: "\n"))
        lineByteCount = newline.map { written.endIndex - 1 - $0 } ?? lineByteCount + count
        rest = rest.dropFirst(count)
      } else if errno != EINTR, errno != EAGAIN {
        let code = errno
        Self.takeBack(lineByteCount, from: descriptor)
        return .failed(code)
      }
    }
    return .written
  }

  /// Takes back the last bytes that were written to a regular file; does nothing if someone else has written since.
  private static func takeBack(_ byteCount: Int, from descriptor: Int32) {
    var information = stat()
    guard byteCount > 0, unsafe fstat(descriptor, &information) == 0,
      information.st_mode & S_IFMT == S_IFREG,
      information.st_size == lseek(descriptor, 0, SEEK_CUR)
    else { return }
    // Output to the same file through another descriptor then follows the last whole line.
    if ftruncate(descriptor, information.st_size - byteCount) == 0 {
      lseek(descriptor, -byteCount, SEEK_CUR)
    }
  }

  /// As many lines as a pipe takes atomically, or a part of a longer one.
  private static func piece(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let piece = bytes.prefix(pieceByteCount)
    guard piece.count < bytes.count, let newline = piece.lastIndex(of: UInt8(ascii: "\n"))
    else { return piece }
    return piece[...newline]
  }

  private enum Wait { case room, signal, late, broken }

  /// Waits until there is room. Signals that have arrived are ignored as long as there is room.
  private func waitForRoom(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant?, orSignal: Bool
  ) -> Wait {
    var poller = Poller()
    poller.register(descriptor, for: .writable)
    if orSignal, let signals { poller.register(signals.descriptor) }
    guard let ready = try? poller.wait(until: deadline) else { return .broken }
    if ready.contains(where: { $0.descriptor == descriptor }) { return .room }
    return ready.isEmpty ? .late : .signal
  }
}
