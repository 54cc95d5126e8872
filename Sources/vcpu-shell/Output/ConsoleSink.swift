internal import Glibc

/// Where the guest's console goes: between the shell's own lines, or to a file.
@safe final class ConsoleSink {
  /// Shows lines of it.
  var show: ([UInt8]) -> Void = { _ in }
  /// Shows it as it is, to a person who types at it.
  var showAsItIs: ([UInt8]) -> Void = { _ in }
  /// Told once when the file cannot be written any more.
  var onFailure: (ShellError) -> Void = { _ in }
  private var hasFailed = false
  private let path: String
  /// Whether the other end is gone: nothing will come any more.
  var isClosed = false
  private var lines = LineAssembler()
  private let file: UnsafeMutablePointer<FILE>?
  /// Whether every byte is shown at once and as it is: a person types at the console, and no prompt is in the way.
  var isImmediate = false {
    didSet { if isImmediate, !oldValue { showImmediately(lines.takePartial()) } }
  }
  private var isMidLine = false

  /// Whether the console is shown, and not written to a file.
  var isShown: Bool { unsafe file == nil }

  /// - Parameter path: the file; nil to show the console.
  init(path: String?) throws {
    self.path = path ?? ""
    guard let path else {
      unsafe file = nil
      return
    }
    guard let opened = unsafe fopen(path, "w") else {
      throw ShellError.cannotWrite("the console", to: path)
    }
    unsafe file = opened
  }

  deinit {
    if let file = unsafe file { unsafe fclose(file) }
  }

  /// Takes what the guest has printed. Lines are shown when they are whole: they stand between others.
  func receive(_ bytes: [UInt8]) {
    guard isShown else { return store(bytes) }
    if isImmediate { return showImmediately(bytes) }
    showLines(lines.append(bytes))
  }

  /// Shows the line that has begun, as at a stop in the middle of one.
  func flush() {
    if let file = unsafe file { unsafe fflush(file) }
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

  private func store(_ bytes: [UInt8]) {
    guard let file = unsafe file else { return }
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    let isFlushed = unsafe fflush(file) == 0
    guard written < bytes.count || !isFlushed, !hasFailed else { return }
    hasFailed = true
    onFailure(.cannotWrite("the console", to: path))
  }
}
