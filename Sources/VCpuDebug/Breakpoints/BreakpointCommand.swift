/// A line that is to run at each stop of a breakpoint. What it means is the shell's.
public struct BreakpointCommand: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The line.
  public let text: String
  /// Where it was written, as `file:line`; nil where that is no file.
  public let place: String?

  /// Makes a line.
  public init(_ text: String, place: String? = nil) {
    self.text = text
    self.place = place
  }

  /// A line of no file.
  public init(stringLiteral text: String) { self.init(text) }
}
