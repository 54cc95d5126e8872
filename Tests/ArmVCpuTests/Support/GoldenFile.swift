import Foundation
import Testing

/// Texts that were reviewed once, in `Golden/NAME.txt`. With `RECORD_GOLDEN=1` they are written, and the test
/// fails that once.
enum GoldenFile {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

  /// Compares a text with the file's, and shows the first line that differs.
  static func expect(
    _ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let url = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: url)
      Issue.record("recorded \(name)", sourceLocation: sourceLocation)
      return
    }
    let lines = text.components(separatedBy: "\n")
    let wanted = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    for (number, (line, wantedLine)) in zip(lines, wanted).enumerated() where line != wantedLine {
      Issue.record(
        "\(name).txt:\(number + 1) is “\(line)”, wanted “\(wantedLine)”",
        sourceLocation: sourceLocation)
      return
    }
    #expect(lines.count == wanted.count, sourceLocation: sourceLocation)
  }
}
