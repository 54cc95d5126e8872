/// A line that is to run at each stop of a breakpoint. What it means is the shell's.
public struct BreakpointCommand: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The line.
  public let text: String
  /// Where it was written, as `file:line`; nil where that isn't a file.
  public let place: String?
  /// How many characters come before it in that line; nil where it is not as it was written.
  public let indentation: Int?

  /// Makes a line.
  public init(_ text: String, place: String? = nil, indentation: Int? = 0) {
    self.text = text
    self.place = place
    self.indentation = indentation
  }

  /// A line that is not from a file.
  public init(stringLiteral text: String) { self.init(text) }
}
