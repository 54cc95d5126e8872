internal import CReadline
internal import Glibc

/// The line in the full-screen view.
///
/// readline still reads the keys and edits the line. Where it would draw, it calls `display`.
extension LineEditor {
  /// Makes readline call `display`, if there is one, or draw again.
  func installDisplay() {
    guard display != nil else {
      creadline_set_display(nil, nil)
      for (keys, _) in unsafe Self.displayKeys {
        _ = unsafe creadline_bind(keys, unsafe Self.bindings[keys] ?? nil)
      }
      return
    }
    unsafe creadline_set_display(
      { unsafe LineEditor.current?.showLine() },
      { matches, count, _ in
        // The first one is what all have in common.
        guard let matches = unsafe matches, count > 0 else { return }
        let choices = (1...Int(count)).compactMap { index in
          unsafe matches[index].map { unsafe String(cString: $0) }
        }
        unsafe LineEditor.current?.display?.show(choices: choices)
      })
    for (keys, function) in unsafe Self.displayKeys {
      let before = unsafe creadline_bind(keys, function)
      unsafe Self.bindings[keys] = before
    }
  }

  /// Shows the line in the display.
  func showLine() {
    let prompt = unsafe creadline_prompt().map { unsafe String(cString: $0) } ?? ""
    display?.show(prompt: prompt, line: Self.line, cursor: Self.lineUpToCursor.count)
  }

  static var line: String {
    unsafe creadline_line().map { unsafe String(cString: $0) } ?? ""
  }

  /// Gives the terminal to another owner while `body` runs. The prompt and the line come back after it.
  func withTerminalGiven<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard isInstalled else { return try body() }
    let line = Self.line
    let point = creadline_point()
    let prompt = shownPrompt
    remove()
    defer {
      install(prompt: prompt)
      _ = unsafe rl_insert_text(line)
      creadline_set_point(point)
      if display != nil { showLine() } else { rl_redisplay() }
    }
    return try body()
  }

  // MARK: Keys

  /// Binds the keys that work with and without the full-screen view.
  func installKeys() {
    for keys in ["\u{18}a", "\u{18}A", "\u{18}\u{1}"] {
      _ = unsafe creadline_bind(keys) { _, _ in LineEditor.note(.toggle) }
    }
    _ = unsafe creadline_bind("\u{18}1") { _, _ in LineEditor.note(.firstLayout) }
    _ = unsafe creadline_bind("\u{18}2") { _, _ in LineEditor.note(.nextLayout) }
  }

  /// The keys that are bound while there is a display.
  @unsafe private static let displayKeys: [(String, @convention(c) (Int32, Int32) -> Int32)] = [
    ("\u{1b}[5~", { _, _ in LineEditor.note(.pageUp) }),
    ("\u{1b}[6~", { _, _ in LineEditor.note(.pageDown) }),
    ("\u{0c}", { _, _ in LineEditor.note(.redraw) }),
  ]

  /// What those keys do without a display. Single-threaded.
  @unsafe nonisolated(unsafe) private static var bindings:
    [String: (@convention(c) (Int32, Int32) -> Int32)?] = [:]

  /// readline is running: what the key does follows when it is back.
  private static func note(_ key: ScreenKey) -> Int32 {
    unsafe LineEditor.current?.pressed.append(key)
    return 0
  }
}
