import Foundation
import Glibc
import Testing

@testable import vcpu_shell

@Suite final class HistoryFileTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("vcpu-shell-history-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test(
    arguments: [
      (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/vcpu-shell/history"),
      (["HOME": "/h"], "/h/.local/state/vcpu-shell/history"),
      (["XDG_STATE_HOME": "", "HOME": "/h"], "/h/.local/state/vcpu-shell/history"),
      (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/vcpu-shell/history"),
      (["HOME": ""], nil), ([:], nil),
    ] as [([String: String], String?)])
  func paths(environment: [String: String], path: String?) {
    #expect(HistoryFile.defaultPath(environment: environment) == path)
  }

  @Test(
    arguments: [
      ("continue", nil, true), ("continue", "stepi", true), ("continue", "continue", false),
      ("", nil, false), ("  \t", nil, false), ("a\nb", nil, false), ("a\0b", nil, false),
      ("continue ", "continue", true),
    ] as [(String, String?, Bool)])
  func whatIsRecorded(line: String, last: String?, records: Bool) {
    #expect(HistoryFile.records(line, after: last) == records)
  }

  @Test func aMissingFileIsEmpty() throws {
    #expect(try HistoryFile(path: folder + "/none").load() == [])
  }

  @Test func linesComeBackInOrder() throws {
    let history = HistoryFile(path: folder + "/a/b/history")
    for line in ["one", "two 'x'", "dreißig"] { try history.append(line) }
    #expect(try history.load() == ["one", "two 'x'", "dreißig"])
    #expect(try permissions(history.path) == 0o600)
    #expect(try permissions(folder + "/a/b") == 0o700)
  }

  @Test func aFileThatOthersMayReadIsTightened() throws {
    let history = HistoryFile(path: folder + "/history")
    try history.append("one")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: history.path)
    try history.append("two")
    #expect(try permissions(history.path) == 0o600)
  }

  @Test func loadingShortensToTheLimit() throws {
    let history = HistoryFile(path: folder + "/history", limit: 3)
    for line in ["1", "2", "3", "4", "5"] { try history.append(line) }
    #expect(try history.load() == ["3", "4", "5"])
    #expect(try String(contentsOfFile: history.path, encoding: .utf8) == "3\n4\n5\n")
    #expect(try permissions(history.path) == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["history"])
  }

  @Test func theDefaultLimitIsTenThousand() {
    #expect(HistoryFile(path: "/h").limit == 10_000)
  }

  @Test func aPathThatIsNoFileIsAnError() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let history = HistoryFile(path: folder)
    #expect(throws: HistoryFileError(path: folder, reason: "Is a directory")) {
      try history.append("x")
    }
    #expect(throws: HistoryFileError(path: folder, reason: "it isn't a regular file")) {
      try history.load()
    }
  }

  /// The shell doesn't wait for a possible writer.
  @Test func aPipeIsAnError() throws {
    let path = folder + "-pipe"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let history = HistoryFile(path: path)
    #expect(throws: HistoryFileError(path: path, reason: "it isn't a regular file")) {
      try history.load()
    }
    #expect(throws: HistoryFileError.self) { try history.append("x") }
  }

  /// If a file has outgrown every limit, its end is kept.
  @Test func aHugeFileIsReadFromItsEnd() throws {
    let line = String(repeating: "x", count: 1023) + "\n"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/history"
    try Data(String(repeating: line, count: 20_000).utf8 + Data("last\n".utf8))
      .write(to: URL(fileURLWithPath: path))
    let lines = try HistoryFile(path: path).load()
    #expect(lines.count == 10_000)
    #expect(lines.last == "last")
    #expect(lines.dropLast().allSatisfy { $0.utf8.count == 1023 })
  }
}
