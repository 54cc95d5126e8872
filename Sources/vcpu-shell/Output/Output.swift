internal import Glibc

/// Where everything that the shell says goes. Nothing else prints.
///
/// What answers a command goes to the sink that was opened last (`withSink`), and else to standard output. The guest's
/// console, which nobody asked for, always goes there.
final class Output {
  /// One of the two streams.
  enum Stream { case output, error }

  /// Standard output and standard error.
  ///
  /// - Parameters:
  ///   - signals: what ends a wait for a reader that does not read; nil to wait for ever.
  ///   - color: when there are colours.
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

  /// How long the words that end a command or the program wait for a reader that did not read what came before them,
  /// until a person did not want to wait for it.
  private static let stuckPatience = Duration.milliseconds(500)

  /// What to do when standard output cannot be written any more: the error's number, EPIPE where its reader is
  /// gone. It happens once.
  var onFailure: (_ code: Int32) -> Void = { _ in }
  /// Runs what prints while the prompt is out of the way.
  var aroundPrompt: (() -> Void) -> Void = { $0() }

  /// When there are colours.
  var color = ColorChoice.auto
  /// How long commands of the system's shell may take that are run for a script; nil for as long as they like.
  var timeout: Timeout?
  /// What a machine reads has no room for what commands of the system's shell print.
  var allowsCommands = true
  /// What each line that a person would read on standard output begins with, where a machine reads lines of its own
  /// there.
  var mark = Line()
  /// Whether a long answer is shown by a pager, where there is one and a terminal.
  var isPaged = true
  /// The number of columns that a person has set, at which lines are broken; 0 for no end. Nil for those of the terminal,
  /// which breaks them itself.
  var chosenWidth: Int?

  let traits: OutputTraits
  let signals: Signals?
  /// Whether a command that is started prints to the standard output that is meant here.
  let inheritsOutput: Bool
  private let write: (_ bytes: [UInt8], _ stream: Stream) -> StreamWriter.Outcome
  private var hasFailed = false
  /// Whether the last line of standard output lacks its end, which a signal has cut off.
  private var isWithinLine = false
  /// Whether something was dropped since `takeLoss()`, as its reader did not read and nobody wanted to wait for it.
  private var hasDropped = false

  /// The sinks that are open, the innermost last.
  var sinks: [any OutputSink] = []
  /// Where what is shown is written too.
  var logFile: OutputFile?
  /// The live console's lines for the log.
  private var loggedConsole = LineAssembler()

  /// - Parameters:
  ///   - traits: what the streams are.
  ///   - write: takes the bytes.
  init(
    traits: OutputTraits, signals: Signals? = nil, inheritsOutput: Bool = false,
    write: @escaping (_ bytes: [UInt8], _ stream: Stream) -> StreamWriter.Outcome
  ) {
    self.traits = traits
    self.signals = signals
    self.inheritsOutput = inheritsOutput
    self.write = write
  }

  /// - Parameter write: takes what would go to streams that aren't terminals.
  convenience init(write: @escaping (_ bytes: [UInt8], _ isError: Bool) -> Void) {
    self.init(traits: OutputTraits()) { bytes, stream in
      write(bytes, stream == .error)
      return .written
    }
  }

  // MARK: Standard output

  func line(_ line: Line) { lines([line]) }

  /// A text as one line. Literals are lines: generic and disfavoured, this one is for values alone.
  @_disfavoredOverload
  func line(_ text: some StringProtocol) { lines([Line(String(text))]) }

  /// Lines that belong together: they are written at once.
  func lines(_ lines: [Line]) {
    guard let sink = sinks.last else { return show(lines) }
    sink.take(lines.flatMap { $0.bytes(isStyled: color == .always) })
  }

  /// What the guest has printed on its console: each line is marked, so that none of them looks like one of the
  /// shell's.
  ///
  /// - Parameter bytes: whole lines. A last one without a newline gets one.
  func console(_ bytes: [UInt8]) { show(Self.marked(bytes)) }

  private static let consoleMark = Line("guest| ", .console)

  private static func marked(_ bytes: [UInt8]) -> [Line] {
    guard !bytes.isEmpty else { return [] }
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if bytes.last == UInt8(ascii: "\n") { rows.removeLast() }
    return rows.map { consoleMark + Line(row: $0) }
  }

  /// The console of a person who types at it, as it is: it moves the cursor, and sets colours.
  func liveConsole(_ bytes: [UInt8]) {
    writeOutput(bytes)
    guard logFile != nil else { return }
    log(Self.marked(loggedConsole.append(bytes)))
  }

  /// Whether a file or a command takes what is printed now.
  var hasSink: Bool { !sinks.isEmpty }

  /// An event that a machine reads, as it is: it goes to standard output, whatever sink is open.
  func event(_ bytes: [UInt8]) { writeOutput(bytes) }

  /// Lines that a machine reads, as they are.
  func raw(_ bytes: [UInt8]) {
    if let sink = sinks.last { return sink.take(bytes) }
    if mark.isEmpty { writeOutput(bytes) } else { show(bytes) }
  }

  /// Writes lines to standard output, whatever sink is open.
  func show(_ lines: [Line]) {
    let lines = folded(lines)
    writeOutput(lines.flatMap { (mark + $0).bytes(isStyled: isStyled) })
    log(lines)
  }

  /// Writes the lines of another program to standard output.
  func show(_ bytes: [UInt8]) { show(Line.lines(of: bytes)) }

  /// After a failure bytes go nowhere.
  func writeOutput(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, !hasFailed else { return }
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

  /// What to poll for the end of who reads standard output (`Poller.Events.hangUp`), also while there is nothing to
  /// write; nil where nobody does, and after a failure.
  var readerDescriptor: Int32? { hasFailed ? nil : traits.reader }

  /// Who reads standard output has gone: it is as if a write had found out.
  func readerHasGone() {
    guard !hasFailed else { return }
    hasFailed = true
    onFailure(EPIPE)
  }

  /// Whether something was dropped since the last call.
  func takeLoss() -> Bool {
    defer { hasDropped = false }
    return hasDropped
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

  func errorLines(_ lines: [Line]) {
    let isStyled = isErrorStyled
    aroundPrompt { _ = write(lines.flatMap { $0.bytes(isStyled: isStyled) }, .error) }
    log(lines)
  }

  // MARK: The log

  /// Writes what is shown to a file too, after what that has: without colours, and the guest's console in lines.
  ///
  /// - Parameter path: the file; nil to write no more.
  /// - Throws: for a file that cannot be opened. Where one cannot be written later, a warning says so once.
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

  /// Writes lines to the log alone, such as a command that a person has typed.
  func log(_ lines: [Line]) {
    logFile?.write(lines.flatMap { $0.bytes(isStyled: false) })
  }
}
