internal import CReadline
internal import Glibc

/// The line at the prompt: GNU readline through its callback interface, so that the shell's one
/// `poll()` drives it.
///
/// readline's state is global: a process has one editor at a time, which `init` checks. The shell
/// is single-threaded, and all calls come from its thread.
///
/// The prompt is shown from `install(prompt:)` until a line is entered. By the time `onLine` is
/// called it is gone and the terminal is as it was, so that a command may print and a target may
/// run; the shell installs the next prompt when it wants one.
@safe final class LineEditor {
  /// A line was entered; nil for Ctrl-D at an empty line, and for a terminal that is gone.
  var onLine: (String?) -> Void = { _ in }

  /// Provides completions, given the whole line, where the word at the cursor begins (in characters from 0), and the
  /// word up to the cursor.
  var complete: (_ line: String, _ wordStart: Int, _ word: String) -> Completion = { _, _, _ in
    .words([])
  }

  /// Called for a key of the full-screen view.
  var onKey: (ScreenKey) -> Void = { _ in }
  /// The keys of the full-screen view that readline has read.
  var pressed: [ScreenKey] = []

  /// Shows the line; nil if readline draws it where the terminal's cursor is. Change it only while no prompt is shown.
  weak var display: (any LineDisplay)? { didSet { installDisplay() } }

  /// Why the history is no longer kept, to be shown once.
  private(set) var historyError: HistoryFileError?

  private enum State {
    case removed
    case installed(prompt: String)
  }

  private var state = State.removed
  private var history: HistoryFile?
  private var lastLine: String?
  /// The line that readline's handler got, until `readable()` is back from readline.
  private var entered: String??

  /// Where readline's C callbacks find the editor; they carry no context. Single-threaded.
  @unsafe nonisolated(unsafe) static weak var current: LineEditor?

  /// The candidates that readline collects one by one.
  var candidates: ArraySlice<String> = []

  /// Takes over the terminal's line editing. Nothing is shown yet.
  ///
  /// - Parameter history: where lines are kept; nil to keep none beyond the session.
  /// - Precondition: no other editor exists.
  init(history: HistoryFile?) {
    precondition(unsafe Self.current == nil, "readline serves one LineEditor at a time")
    creadline_set_name()
    creadline_leave_signals_alone()
    rl_initialize()
    // Pasted lines run one by one, as typed ones do.
    _ = unsafe rl_variable_bind("enable-bracketed-paste", "off")
    using_history()
    stifle_history(Int32(clamping: history?.limit ?? HistoryFile.defaultLimit))
    self.history = history
    unsafe Self.current = self
    loadHistory()
    installCompletion()
    installKeys()
  }

  deinit {
    // Without this the terminal would stay without echo.
    if case .installed = state { rl_callback_handler_remove() }
    clear_history()
  }

  // MARK: The prompt

  /// Whether a prompt is on the terminal.
  var isInstalled: Bool {
    if case .installed = state { true } else { false }
  }

  /// The prompt; empty if there is none.
  var shownPrompt: String {
    if case .installed(let prompt) = state { prompt } else { "" }
  }

  /// Shows a prompt at the beginning of the cursor's line and begins a new line of input.
  ///
  /// - Parameter prompt: the prompt, with text of no width, such as colours, between `\u{1}` and `\u{2}`.
  func install(prompt: String) {
    if isInstalled { remove() }
    unsafe rl_callback_handler_install(prompt) { line in
      unsafe LineEditor.current?.accept(line)
    }
    state = .installed(prompt: prompt)
    // readline shows no line at a terminal without an echo.
    if display != nil { showLine() }
  }

  /// Standard input is readable: takes one character. Calls `onLine` when that ends the line.
  func readable() {
    guard isInstalled else { return }
    rl_callback_read_char()
    while !pressed.isEmpty { onKey(pressed.removeFirst()) }
    guard let line = entered else { return }
    entered = nil
    onLine(line)
  }

  /// Takes a character that was read from standard input elsewhere, as if it were typed now.
  func type(_ character: UInt8) {
    _ = rl_stuff_char(Int32(character))
    readable()
  }

  /// Removes the prompt and the line for good.
  func remove() {
    if isInstalled {
      erase()
      rl_callback_handler_remove()
    }
    state = .removed
  }

  /// Hides the prompt and the line while `body` prints, then shows them again below. The output must end with a
  /// newline.
  func withPromptHidden(_ body: () throws -> Void) rethrows {
    guard isInstalled, display == nil else { return try body() }
    erase()
    defer {
      if isInstalled {
        _ = rl_on_new_line()
        rl_redisplay()
      }
    }
    try body()
  }

  /// Leaves an unfinished search or key sequence, then clears the lines that readline occupies.
  private func erase() {
    rl_callback_sigcleanup()
    _ = rl_clear_visible_line()
    creadline_flush()
  }

  // MARK: Signals

  /// Ctrl-C at the prompt: leaves the line as it is on the terminal, and begins a new one below.
  func discardLine() {
    guard case .installed(let prompt) = state else { return }
    rl_callback_sigcleanup()
    display?.finish(prompt: prompt, line: Self.line + "^C")
    creadline_set_point(creadline_end())
    rl_redisplay()
    rl_echo_signal_char(SIGINT)
    _ = rl_crlf()
    rl_free_line_state()
    rl_callback_handler_remove()
    state = .removed
    install(prompt: prompt)
  }

  /// The terminal changed its size.
  func resize() {
    if isInstalled, display == nil { rl_resize_terminal() } else { rl_reset_screen_size() }
  }

  /// The process was stopped and continues: another program may have changed the terminal's modes.
  func reclaimTerminal() {
    guard isInstalled else { return }
    rl_deprep_terminal()
    rl_prep_terminal(1)
    guard display == nil else { return showLine() }
    _ = rl_on_new_line()
    rl_redisplay()
  }

  // MARK: Lines

  /// readline's handler. It only stores the line: a command that `onLine` runs may call the editor, and readline must
  /// not be re-entered.
  private func accept(_ line: UnsafeMutablePointer<CChar>?) {
    let prompt = shownPrompt
    rl_callback_handler_remove()
    state = .removed
    guard let line = unsafe line else {
      display?.finish(prompt: prompt, line: "")
      entered = .some(nil)
      return
    }
    let text = unsafe String(cString: line)
    display?.finish(prompt: prompt, line: text)
    unsafe free(line)
    record(text)
    entered = text
  }

  private func loadHistory() {
    do throws(HistoryFileError) {
      let lines = try history?.load() ?? []
      for line in lines { unsafe add_history(line) }
      lastLine = lines.last
    } catch {
      historyError = error
      history = nil
    }
  }

  private func record(_ line: String) {
    guard HistoryFile.records(line, after: lastLine) else { return }
    lastLine = line
    unsafe add_history(line)
    do throws(HistoryFileError) {
      try history?.append(line)
    } catch {
      historyError = error
      history = nil
    }
  }
}
