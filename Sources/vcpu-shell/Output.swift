internal import Glibc

/// Where everything that the shell says goes. Nothing else prints.
final class Output {
  /// Standard output and standard error.
  ///
  /// - Parameter signals: what ends a wait for a reader that does not read; nil to wait for ever.
  static func standard(_ signals: Signals? = nil) -> Output {
    let writer = StreamWriter(signals: signals)
    return Output(checked: { bytes, isError in
      writer.write(bytes, to: isError ? STDERR_FILENO : STDOUT_FILENO)
    })
  }

  private let write: (_ bytes: [UInt8], _ isError: Bool) -> StreamWriter.Outcome
  /// What to do when standard output cannot be written any more: the error's number, EPIPE where its reader is
  /// gone. It happens once.
  var onFailure: (_ code: Int32) -> Void = { _ in }
  private var hasFailed = false
  /// Runs what prints while the prompt is out of the way.
  var aroundPrompt: (() -> Void) -> Void = { $0() }

  /// - Parameter write: takes the bytes.
  convenience init(write: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Void) {
    self.init(checked: { bytes, isError in
      write(bytes, isError)
      return .written
    })
  }

  private init(checked: @escaping (_ bytes: [UInt8], _ isError: Bool) -> StreamWriter.Outcome) {
    write = checked
  }

  /// A line, or several.
  func line(_ text: String) { bytes(Array((text + "\n").utf8)) }

  /// Bytes as they are. After a failure they go nowhere.
  func bytes(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !hasFailed else { return }
    aroundPrompt {
      guard case .failed(let code) = write(bytes, false) else { return }
      hasFailed = true
      onFailure(code)
    }
  }

  /// An error, after what was printed before it.
  func error(_ text: String, isPrefixed: Bool = true) {
    aroundPrompt { _ = write(Array(((isPrefixed ? "error: " : "") + text + "\n").utf8), true) }
  }

  /// Something that a person should know, and that fails nothing.
  func warning(_ text: String) {
    aroundPrompt { _ = write(Array("warning: \(text)\n".utf8), true) }
  }
}
