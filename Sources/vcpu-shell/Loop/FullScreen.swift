internal import Glibc
internal import VCpuDebug

/// The full-screen view: what the session tells it goes into the model's windows, and the model's frames to the
/// terminal.
final class FullScreen {
  private let shell: Shell
  private let terminal: CursesTerminal
  private var model: ScreenModel
  /// The guest's lines while the console has no window.
  private var consoleLines = LineAssembler()
  private var reader: ScreenReader
  private var isChanged = false
  private var nextDraw = ContinuousClock.now
  private var refusal: String?

  /// The least time between two frames while much is printed.
  private static let pause = Duration.milliseconds(30)

  init(_ shell: Shell, layout: ScreenLayout) throws {
    self.shell = shell
    terminal = try CursesTerminal(isColored: shell.output.isStyled)
    model = ScreenModel(size: terminal.measure(), layout: layout)
    reader = ScreenReader(shell: shell)
  }

  var isOpen: Bool { terminal.isOpen }

  var layout: ScreenLayout {
    get { model.layout }
    set {
      model.layout = newValue
      isChanged = true
    }
  }

  /// Shows the view.
  func open() throws {
    try terminal.open()
    shell.console.flush()
    shell.output.screen = self
    model.console = ConsoleWindow()
    model.console.receive(shell.console.recent)
    shell.console.window = { [unowned self] in receive($0) }
    resize()
    refresh()
    draw()
  }

  /// Leaves the view, and the terminal as it was.
  func close() {
    guard isOpen else { return }
    shell.console.window = nil
    shell.output.screen = nil
    terminal.close()
  }

  // MARK: Changes

  /// Reads what the windows show of the stop.
  func refresh() {
    guard isOpen else { return }
    model.hasConsole = shell.emulator != nil && shell.console.isShown
    if let stop = reader.contents(for: model) { model.stop = stop }
    model.status = reader.status
    changed()
  }

  /// The target runs from now on, or has stopped running.
  func noteRun(guestHasKeys: Bool, isOver: Bool = false) {
    guard isOpen else { return }
    model.guestHasKeys = guestHasKeys && model.showsConsole
    model.status = isOver ? "" : "running: Ctrl-C stops it"
    isChanged = true
  }

  /// The terminal's size may have changed.
  func resize() {
    guard isOpen else { return }
    model.size = terminal.measure()
    model.hasConsole = shell.emulator != nil && shell.console.isShown
    let next = model.plan.refusal
    if let next, next != refusal { model.commands.append([Line(next)], width: model.size.columns) }
    refusal = next
    terminal.redraw()
    isChanged = true
  }

  func press(_ key: ScreenKey) {
    guard isOpen else { return }
    let size = model.commandSize
    switch key {
    case .pageUp: model.commands.scroll(by: max(1, size.rows - 1), size: size)
    case .pageDown: model.commands.scroll(by: -max(1, size.rows - 1), size: size)
    default: return
    }
    isChanged = true
  }

  /// Draws all of the terminal again.
  func redraw() {
    reader.forget()
    refresh()
    terminal.redraw()
    draw()
  }

  /// The process was stopped, and goes on: the terminal may have other modes and other contents.
  func reclaim() {
    guard isOpen else { return }
    terminal.reclaim()
    resize()
    draw()
  }

  /// Leaves the terminal while `body` runs.
  func withTerminalReleased(_ body: () -> Void) {
    guard isOpen else { return body() }
    terminal.close()
    body()
    try? terminal.open()
    resize()
    draw()
  }

  // MARK: The console

  private func receive(_ bytes: [UInt8]) {
    model.console.receive(bytes)
    shell.output.log(console: bytes)
    if !model.showsConsole {
      show(Output.marked(consoleLines.append(bytes)))
    }
    changed()
  }

  // MARK: Drawing

  private func changed() {
    isChanged = true
    drawChanges()
  }

  private func draw() {
    isChanged = false
    guard isOpen else { return }
    terminal.show(model.frame())
    nextDraw = .now + Self.pause
  }
}

extension FullScreen: OutputScreen {
  func show(_ lines: [Line]) {
    model.commands.append(lines, width: model.size.columns)
    changed()
  }

  func show(progress: String) {
    model.commands.progress = progress
    changed()
  }

  @discardableResult
  func drawChanges() -> ContinuousClock.Instant? {
    guard isOpen, isChanged else { return nil }
    if nextDraw > .now { return nextDraw }
    draw()
    return nil
  }

  func withTerminalGiven<Result>(_ body: () throws -> Result) rethrows -> Result {
    terminal.close()
    shell.output.screen = nil
    defer {
      shell.output.screen = self
      try? terminal.open()
      resize()
      draw()
    }
    let result = try body()
    shell.output.writeOutput(Array("Enter returns to the full-screen view. ".utf8))
    waitForEnter()
    return result
  }

  private func waitForEnter() {
    while !shell.isDone {
      switch try? shell.wait(for: nil, terminal: STDIN_FILENO) {
      case .terminal:
        var byte: UInt8 = 0
        guard unsafe Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") else {
          return
        }
      case .signal(.terminate), .signal(.hangUp): shell.isDone = true
      case .signal(.interrupt), nil: return
      default: break
      }
    }
  }
}

extension FullScreen: LineDisplay {
  func show(prompt: String, line: String, cursor: Int) {
    model.commands.setInput(prompt: prompt, line: line, cursor: cursor)
    isChanged = true
  }

  func finish(prompt: String, line: String) {
    model.commands.finishInput(prompt: prompt, line: line, width: model.size.columns)
    changed()
  }

  func show(choices: [String]) {
    show(ChoiceTable.lines(of: choices, width: model.size.columns))
  }
}
