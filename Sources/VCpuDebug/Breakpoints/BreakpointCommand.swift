/// A line to run at each stop of a breakpoint. The shell interprets it.
public struct BreakpointCommand: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The line.
  public let text: String
  /// Where it was written, as `file:line`; nil if it isn't from a file.
  public let place: String?
  /// How many characters come before it in that line; nil if the text was changed.
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
