import Foundation
package import Testing

/// Reviewed texts, in `Tests/MODULE/Golden/NAME.txt`, where MODULE is the caller's. `RECORD_GOLDEN=1` writes them,
/// and the test then fails once.
package enum GoldenText {
  /// Compares a text with the file's, and shows the first line that differs.
  package static func expect(
    _ text: String, _ name: String, file: String = #filePath,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let folder = folder(of: file, module: sourceLocation.moduleName)
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
    Issue.record(
      "\(name).txt:\(difference(text, wanted))", sourceLocation: sourceLocation)
  }

  /// The first line that differs: its number, its text and the expected text.
  package static func difference(_ text: String, _ wanted: String) -> String {
    let lines = text.components(separatedBy: "\n")
    let wantedLines = wanted.components(separatedBy: "\n")
    let index =
      zip(lines, wantedLines).enumerated().first { $1.0 != $1.1 }?.offset
      ?? min(lines.count, wantedLines.count)
    let line = { (lines: [String]) in index < lines.count ? lines[index] : "(the end)" }
    return """
      \(index + 1) differs
        is:     \(line(lines))
        wanted: \(line(wantedLines))
      """
  }

  /// The folder with the golden texts of the module that contains `file`. A module's folder may have hyphens that
  /// its name doesn't have.
  private static func folder(of file: String, module: String) -> URL {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while folder.lastPathComponent.replacingOccurrences(of: "-", with: "_") != module {
      precondition(folder.path != "/", "\(file) is not under a folder named for \(module)")
      folder = folder.deletingLastPathComponent()
    }
    return folder.appendingPathComponent("Golden")
  }
}
