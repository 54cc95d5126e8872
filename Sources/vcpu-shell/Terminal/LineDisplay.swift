/// Shows the line that is edited, in place of readline.
protocol LineDisplay: AnyObject {
  /// Shows the prompt and the line.
  ///
  /// - Parameter cursor: where the cursor is in the line, in characters.
  func show(prompt: String, line: String, cursor: Int)
  /// The line is finished: what follows is shown below it.
  func finish(prompt: String, line: String)
  /// Shows what the word at the cursor can be completed to.
  func show(choices: [String])
}

/// A key for the full-screen view.
enum ScreenKey {
  /// Ctrl-X A.
  case toggle
  /// Page Up and Page Down.
  case pageUp, pageDown
  /// Ctrl-L.
  case redraw
  /// Ctrl-X 1 and Ctrl-X 2, as in GDB.
  case firstLayout, nextLayout
}
