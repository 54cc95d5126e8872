internal import Glibc

/// Writes a recording as the session goes on: each write and each read goes to the file immediately, so
/// that the file is complete even if the program crashes.
public final class PacketRecorder {
  /// Called once, when a write to the file fails.
  public var onFailure: (RecordingError) -> Void = { _ in }

  private let descriptor: Int32
  private let path: String
  private let start = ContinuousClock.now
  private var hasFailed = false

  /// Creates the file, or empties an existing one.
  public init(path: String) throws(RecordingError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    self.path = path
    guard descriptor >= 0 else { throw Recording.failure("write", path) }
    // A full disk is reported as soon as `onFailure` is set.
    pendingFailure = write(RecordingLine.header)
  }

  deinit { _ = close(descriptor) }

  private var pendingFailure: RecordingError?

  /// Writes a line for what was sent or received. Pass it to `RemoteTarget` as its log.
  public func record(_ direction: LogDirection, _ bytes: [UInt8]) {
    guard !hasFailed else { return }
    let line = RecordingLine.text(start.duration(to: .now), direction, bytes)
    guard let error = pendingFailure ?? write(line) else { return }
    hasFailed = true
    onFailure(error)
  }

  private func write(_ bytes: [UInt8]) -> RecordingError? {
    var written = 0
    while written < bytes.count {
      // The slice stays within the array, which outlives the call.
      let count = unsafe bytes.withUnsafeBytes { raw in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[written...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return Recording.failure("write", path) }
      written += count
    }
    return nil
  }
}
