internal import Glibc

/// Where everything that the shell says goes. Nothing else prints.
final class Output {
  /// Standard output and standard error.
  static var standard: Output {
    Output { bytes, isError in writeAll(bytes, to: isError ? STDERR_FILENO : STDOUT_FILENO) }
  }

  private let write: (_ bytes: [UInt8], _ isError: Bool) -> Void
  /// Runs what prints while the prompt is out of the way.
  var aroundPrompt: (() -> Void) -> Void = { $0() }

  init(write: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Void) { self.write = write }

  /// A line, or several.
  func line(_ text: String) { bytes(Array((text + "\n").utf8)) }

  /// Bytes as they are.
  func bytes(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    aroundPrompt { write(bytes, false) }
  }

  /// An error, after what was printed before it.
  func error(_ text: String, isPrefixed: Bool = true) {
    aroundPrompt { write(Array(((isPrefixed ? "error: " : "") + text + "\n").utf8), true) }
  }

  /// Writes all of `bytes`; a reader that is gone is not our error.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var poller = Poller()
        poller.register(descriptor, for: .writable)
        _ = try? poller.wait()
      } else if errno != EINTR {
        return
      }
    }
  }
}
