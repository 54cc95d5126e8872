internal import Glibc

/// All output of the shell goes through here. Nothing else prints.
///
/// A command's answer goes to the sink that was opened last (`withSink`), or else to standard output. The guest's
/// console, which isn't an answer, always goes to standard output.
final class Output {
  /// One of the two streams.
  enum Stream { case output, error }

  /// Standard output and standard error.
  ///
  /// - Parameters:
  ///   - signals: the signals that end a wait for a reader that does not read; nil to wait forever.
  ///   - color: when to use colours.
  static func standard(_ signals: Signals? = nil, color: ColorChoice = .auto) -> Output {
    let writer = StreamWriter(signals: signals)
    var isStuck = false
    let output = Output(
      traits: .ofProcess(), signals: signals, inheritsOutput: true
    ) { bytes, stream in
      guard stream == .output else { return writer.write(bytes, to: STDERR_FILENO) }
      let outcome = writer.write(
        bytes, to: STDOUT_FILENO, patience: isStuck ? stuckPatience : nil)
      if case .dropped = outcome { isStuck = true } else { isStuck = false }
      return outcome
    }
    output.color = color
    return output
  }

  /// How long the last message of a command or of the program waits for a reader after a person has interrupted a wait
  /// for the same reader.
  private static let stuckPatience = Duration.milliseconds(500)

  /// Called once, when standard output can no longer be written, with the error's number: EPIPE if its reader is gone.
  var onFailure: (_ code: Int32) -> Void = { _ in }
  /// Runs a closure that prints while the prompt is hidden.
  var aroundPrompt: (() -> Void) -> Void = { $0() }

  /// The full-screen view, if it is open.
  weak var screen: (any OutputScreen)?

  /// When to use colours.
  var color = ColorChoice.auto
  /// The time limit for system shell commands that a script runs; nil for none.
  var timeout: Timeout?
  /// Whether system shell commands may print to standard output: not if a program reads it.
  var allowsCommands = true
  /// The prefix of each line for a person on standard output, if a program reads its own lines there.
  var mark = Line()
  /// Whether a long answer is shown in a pager, if there is one and a terminal.
  var isPaged = true
  /// The number of columns that a person has set, at which lines are broken; 0 for no limit. Nil for the terminal's own
  /// width, at which it wraps them itself.
  var chosenWidth: Int?

  let traits: OutputTraits
  let signals: Signals?
  /// Whether a command that is started prints to the same standard output as this object.
  let inheritsOutput: Bool
  private let write: (_ bytes: [UInt8], _ stream: Stream) -> StreamWriter.Outcome
  private var hasFailed = false
  /// Whether the last line of standard output is incomplete because a signal has cut it off.
  private var isWithinLine = false
  /// How many characters of a progress message are at the terminal's cursor.
  private var progressCount = 0
  /// Whether output was dropped since the last `takeLoss()`, because its reader did not read and the wait was
  /// interrupted.
  private var hasDropped = false

  /// The sinks that are open, the innermost last.
  var sinks: [any OutputSink] = []
  /// The log file.
  var logFile: OutputFile?
  /// The live console's lines for the log.
  private var loggedConsole = LineAssembler()

  /// - Parameters:
  ///   - traits: what the streams are.
  ///   - write: receives the bytes.
  init(
    traits: OutputTraits, signals: Signals? = nil, inheritsOutput: Bool = false,
    write: @escaping (_ bytes: [UInt8], _ stream: Stream) -> StreamWriter.Outcome
  ) {
    self.traits = traits
    self.signals = signals
    self.inheritsOutput = inheritsOutput
    self.write = write
  }

  /// - Parameter write: receives the output, as for streams that aren't terminals.
  convenience init(write: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Void) {
    self.init(traits: OutputTraits()) { bytes, stream in
      write(bytes, stream == .error)
      return .written
    }
  }

  // MARK: Standard output

  func line(_ line: Line) { lines([line]) }

  /// A text as one line. Literals are lines: this overload, generic and disfavoured, is only for string values.
  @_disfavoredOverload
  func line(_ text: some StringProtocol) { lines([Line(String(text))]) }

  /// Lines that belong together: they are written in one call.
  func lines(_ lines: [Line]) {
    guard let sink = sinks.last else { return show(lines) }
    sink.take(lines.flatMap { $0.bytes(isStyled: color == .always) })
  }

  /// What the guest has printed on its console: each line is marked, so that none looks like the shell's own.
  ///
  /// - Parameter bytes: whole lines. A newline is added to a last line without one.
  func console(_ bytes: [UInt8]) { show(Self.marked(bytes)) }

  private static let consoleMark = Line("guest| ", .console)

  static func marked(_ bytes: [UInt8]) -> [Line] {
    guard !bytes.isEmpty else { return [] }
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if bytes.last == UInt8(ascii: "\n") { rows.removeLast() }
    return rows.map { consoleMark + Line(row: $0) }
  }

  /// Console output for a person who types at the console, unchanged: it may move the cursor and set colours.
  func liveConsole(_ bytes: [UInt8]) {
    writeOutput(bytes)
    log(console: bytes)
  }

  /// Writes what the guest has printed only to the log, in whole lines.
  func log(console bytes: [UInt8]) {
    guard logFile != nil else { return }
    log(Self.marked(loggedConsole.append(bytes)))
  }

  /// Whether a file or a command receives the current output.
  var hasSink: Bool { !sinks.isEmpty }

  /// An event for a program, unchanged: it goes to standard output, whatever sink is open.
  func event(_ bytes: [UInt8]) { writeOutput(bytes) }

  /// Lines for a program, unchanged.
  func raw(_ bytes: [UInt8]) {
    if let sink = sinks.last { return sink.take(bytes) }
    if mark.isEmpty { writeOutput(bytes) } else { show(bytes) }
  }

  /// Writes lines to standard output, whatever sink is open.
  func show(_ lines: [Line]) {
    let lines = folded(lines)
    if let screen {
      screen.show(lines)
    } else {
      writeOutput(lines.flatMap { (mark + $0).bytes(isStyled: isStyled) })
    }
    log(lines)
  }

  /// Writes the lines of another program to standard output.
  func show(_ bytes: [UInt8]) { show(Line.lines(of: bytes)) }

  /// After a failure, bytes are dropped.
  func writeOutput(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !hasFailed else { return }
    if let screen { return screen.show(Line.lines(of: bytes)) }
    progress("")
    aroundPrompt {
      switch write(isWithinLine ? [UInt8(ascii: "\n")] + bytes : bytes, .output) {
      case .written: isWithinLine = false
      case .dropped(let isWithinLine):
        self.isWithinLine = isWithinLine
        hasDropped = true
      case .failed(let code):
        hasFailed = true
        onFailure(code)
      }
    }
  }

  /// The descriptor to poll for the end of standard output's reader (`Poller.Events.hangUp`), even while there is
  /// nothing to write; nil if it has no reader, and after a failure.
  var readerDescriptor: Int32? { hasFailed ? nil : traits.reader }

  /// The reader of standard output has gone: handles it as if a write had failed.
  func readerHasGone() {
    guard !hasFailed else { return }
    hasFailed = true
    onFailure(EPIPE)
  }

  /// Whether output was dropped since the last call.
  func takeLoss() -> Bool {
    defer { hasDropped = false }
    return hasDropped
  }

  // MARK: Standard error

  /// An error, after any earlier output.
  func error(_ text: String) { message(text, Line("error: ", .error)) }

  /// A warning: a possible problem that is not a failure.
  func warning(_ text: String) { message(text, Line("warning: ", .warning)) }

  /// Lines with their own prefix, such as those of the command line's parser.
  func message(_ text: String) { errorLines(Self.rows(text).map { Line($0) }) }

  /// A message may have several lines. Those after the first are indented, so that none looks like another message.
  private func message(_ text: String, _ title: Line) {
    let rows = Self.rows(text)
    errorLines(
      [title + rows[0]]
        + rows.dropFirst().map { Line($0.hasPrefix("  ") || $0.isEmpty ? $0 : "  " + $0) })
  }

  private static func rows(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  func errorLines(_ lines: [Line]) {
    if let screen {
      screen.show(lines)
    } else {
      let isStyled = isErrorStyled
      progress("")
      aroundPrompt { _ = write(lines.flatMap { $0.bytes(isStyled: isStyled) }, .error) }
    }
    log(lines)
  }

  /// Shows how far a long command is, in place of what was shown before. Only a person at a terminal sees it, and it
  /// is gone before anything else is shown.
  ///
  /// - Parameter text: one line of ASCII; "" for none.
  func progress(_ text: String) {
    if let screen { return screen.show(progress: text) }
    guard traits.keyboard != nil, traits.isErrorTerminal, !text.isEmpty || progressCount > 0 else {
      return
    }
    let old = String(repeating: " ", count: max(0, progressCount - text.count))
    progressCount = text.count
    _ = write(Array("\r\(text)\(old)\r".utf8), .error)
  }

  // MARK: The log

  /// Also appends everything shown to a file: without colours, and the guest's console in whole lines.
  ///
  /// - Parameter path: the file; nil to stop.
  /// - Throws: `OutputError` if the file cannot be opened. If it cannot be written later, a warning says so once.
  func log(to path: String?) throws(OutputError) {
    log(Self.marked(loggedConsole.takePartial()))
    logFile = nil
    guard let path else { return }
    let file = try OutputFile(
      path: path, subject: "the log to \(path)", appends: true, signals: signals)
    file.onFailure = { [unowned self] error in
      logFile = nil
      warning("\(error)")
    }
    logFile = file
  }

  /// Writes lines only to the log, such as a command that a person has typed.
  func log(_ lines: [Line]) {
    logFile?.write(lines.flatMap { $0.bytes(isStyled: false) })
  }
}
