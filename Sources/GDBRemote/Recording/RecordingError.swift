/// What is wrong with a recording, or with its file.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line of the file, counted from 1; nil if it is about the whole file.
  public let line: Int?

  /// A sentence without a full stop.
  public let description: String

  init(line: Int? = nil, _ text: String) {
    self.line = line
    description = line.map { "line \($0) of the recording \(text)" } ?? text
  }
}
