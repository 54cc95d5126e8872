/// Shows the output of the shell in place of the terminal's lines.
protocol OutputScreen: AnyObject {
  /// Shows lines below the earlier ones.
  func show(_ lines: [Line])
  /// Shows how far a long command is; "" for nothing.
  func show(progress: String)
  /// Draws what has changed, unless the last drawing was a moment ago.
  ///
  /// - Returns: when to call it again if nothing else happens; nil if everything is drawn.
  @discardableResult
  func drawChanges() -> ContinuousClock.Instant?
  /// Runs a closure in which another program uses the terminal.
  func withTerminalGiven<Result>(_ body: () throws -> Result) rethrows -> Result
}
