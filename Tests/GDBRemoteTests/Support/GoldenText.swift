import Foundation
import Testing

/// Texts that were reviewed once, in `Golden/NAME.txt`. With `RECORD_GOLDEN=1` they are written,
/// and the test fails that once.
enum GoldenText {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

  /// Compares a text with the file's, and shows the first line that differs.
  static func expect(
    _ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let url = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let isNew = (try? String(contentsOf: url, encoding: .utf8)) != text
      try Data(text.utf8).write(to: url)
      Issue.record(
        "recorded \(name)\(isNew ? ", which has changed" : "")", sourceLocation: sourceLocation)
      return
    }
    let wanted = try String(contentsOf: url, encoding: .utf8)
    guard text != wanted else { return }
    let lines = text.components(separatedBy: "\n")
    let wantedLines = wanted.components(separatedBy: "\n")
    let index =
      zip(lines, wantedLines).enumerated().first { $1.0 != $1.1 }?.offset
      ?? min(lines.count, wantedLines.count)
    let line = { (lines: [String]) in index < lines.count ? lines[index] : "(the end)" }
    Issue.record(
      """
      \(name).txt:\(index + 1) differs
        is:     \(line(lines))
        wanted: \(line(wantedLines))
      """, sourceLocation: sourceLocation)
  }
}
