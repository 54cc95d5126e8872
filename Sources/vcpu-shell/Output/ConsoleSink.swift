/// Where the guest's console goes: between the shell's own lines, or to a file.
final class ConsoleSink {
  /// Receives all of it, wherever it goes.
  var onReceive: ([UInt8]) -> Void = { _ in }
  /// Shows lines of it.
  var show: ([UInt8]) -> Void = { _ in }
  /// Shows it unchanged, to a person who types at the console.
  var showAsItIs: ([UInt8]) -> Void = { _ in }
  /// Gets it instead, as it comes; nil unless the console has a window.
  var window: (([UInt8]) -> Void)?
  /// The last bytes that were shown, for a window that opens later.
  private(set) var recent: [UInt8] = []
  /// Called once, when the file can no longer be written.
  var onFailure: (OutputError) -> Void = { _ in }
  /// Whether the other end is gone: nothing more will come.
  var isClosed = false
  private var lines = LineAssembler()
  private var file: OutputFile?
  /// Whether every byte is shown immediately and unchanged: a person types at the console, and there is no prompt.
  var isImmediate = false {
    didSet { if isImmediate, !oldValue { showImmediately(lines.takePartial()) } }
  }
  private var isMidLine = false

  private static let recentCount = 1 << 14

  /// Whether the console is shown rather than written to a file.
  var isShown: Bool { file == nil }

  /// - Parameters:
  ///   - path: the file; nil to show the console.
  ///   - signals: the signals that end a wait for the file's reader, if it is a pipe.
  init(path: String?, signals: Signals? = nil) throws(OutputError) {
    guard let path else { return }
    let file = try OutputFile(path: path, subject: "the console to \(path)", signals: signals)
    file.onFailure = { [unowned self] in onFailure($0) }
    self.file = file
  }

  /// Takes what the guest has printed. Lines are shown once they are complete, since other lines may come between.
  func receive(_ bytes: [UInt8]) {
    onReceive(bytes)
    if let file { return file.write(bytes) }
    recent += bytes.suffix(Self.recentCount)
    if recent.count > Self.recentCount * 2 { recent.removeFirst(recent.count - Self.recentCount) }
    if let window { return window(bytes) }
    if isImmediate { return showImmediately(bytes) }
    showLines(lines.append(bytes))
  }

  /// Shows an unfinished line, as at a stop in the middle of one.
  func flush() {
    if isMidLine { showAsItIs([UInt8(ascii: "\n")]) }
    isMidLine = false
    showLines(lines.takePartial())
  }

  private func showLines(_ bytes: [UInt8]) {
    if !bytes.isEmpty { show(bytes) }
  }

  private func showImmediately(_ bytes: [UInt8]) {
    guard let last = bytes.last else { return }
    isMidLine = last != UInt8(ascii: "\n")
    showAsItIs(bytes)
  }

  /// The last bytes.
  func finish(_ bytes: [UInt8]) {
    receive(bytes)
    flush()
  }
}
