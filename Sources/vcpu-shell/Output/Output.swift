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

  // MARK: Standard output

  func line(_ line: Line) { lines([line]) }

  /// A text as one line. Literals are lines: generic and disfavoured, this one is for values alone.
  @_disfavoredOverload
  func line(_ text: some StringProtocol) { lines([Line(String(text))]) }

  /// Lines that belong together: they are written at once.
  func lines(_ lines: [Line]) { raw(lines.flatMap { $0.bytes(isStyled: false) }) }

  /// What the guest has printed on its console: each line is marked, so that none of them looks like one of the
  /// shell's.
  ///
  /// - Parameter bytes: whole lines. A last one without a newline gets one.
  func console(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if bytes.last == UInt8(ascii: "\n") { rows.removeLast() }
    lines(rows.map { Self.consoleMark + Line(row: $0) })
  }

  private static let consoleMark = Line("guest| ", .console)

  /// Bytes as they are: the live console of a person, and what machines read. After a failure they go nowhere.
  func raw(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !hasFailed else { return }
    aroundPrompt {
      guard case .failed(let code) = write(bytes, false) else { return }
      hasFailed = true
      onFailure(code)
    }
  }

  // MARK: Standard error

  /// An error, after what was printed before it.
  func error(_ text: String) { message(text, Line("error: ", .error)) }

  /// Something that a person should know, and that fails nothing.
  func warning(_ text: String) { message(text, Line("warning: ", .warning)) }

  /// Lines that say themselves what they are, such as those of the command line's parser.
  func message(_ text: String) { errorLines(Self.rows(text).map { Line($0) }) }

  /// A message may have several lines. Those after the first are indented, so that none of them looks like
  /// another message.
  private func message(_ text: String, _ title: Line) {
    let rows = Self.rows(text)
    errorLines(
      [title + rows[0]]
        + rows.dropFirst().map { Line($0.hasPrefix("  ") || $0.isEmpty ? $0 : "  " + $0) })
  }

  private static func rows(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func errorLines(_ lines: [Line]) {
    aroundPrompt { _ = write(lines.flatMap { $0.bytes(isStyled: false) }, true) }
  }
}
