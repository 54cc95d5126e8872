internal import Glibc

/// Where everything that the shell says goes. Nothing else prints.
final class Output {
  /// Standard output and standard error.
  static var standard: Output {
    Output(checked: { bytes, isError in
      writeAll(bytes, to: isError ? STDERR_FILENO : STDOUT_FILENO)
    })
  }

  private let write: (_ bytes: [UInt8], _ isError: Bool) -> Bool
  /// What to do when the reader of standard output is gone. It happens once.
  var onBrokenPipe: () -> Void = {}
  private var isBroken = false
  /// Runs what prints while the prompt is out of the way.
  var aroundPrompt: (() -> Void) -> Void = { $0() }

  /// - Parameter write: takes the bytes.
  convenience init(write: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Void) {
    self.init(checked: { bytes, isError in
      write(bytes, isError)
      return true
    })
  }

  /// - Parameter checked: takes the bytes, and returns whether they could be written.
  private init(checked: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Bool) { write = checked }

  /// A line, or several.
  func line(_ text: String) { bytes(Array((text + "\n").utf8)) }

  /// Bytes as they are.
  func bytes(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    aroundPrompt {
      guard !write(bytes, false), !isBroken else { return }
      isBroken = true
      onBrokenPipe()
    }
  }

  /// An error, after what was printed before it.
  func error(_ text: String, isPrefixed: Bool = true) {
    aroundPrompt { _ = write(Array(((isPrefixed ? "error: " : "") + text + "\n").utf8), true) }
  }

  /// Writes all of `bytes`; false when that is not possible. SIGPIPE is ignored.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
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
        return false
      }
    }
    return true
  }
}
