import Foundation
import Glibc
import Testing

@testable import vcpu_shell

@Suite final class InputLinesTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "vcpu-shell-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func lines(of text: String) throws -> InputLines {
    let file = folder.appendingPathComponent("script")
    try Data(text.utf8).write(to: file)
    return try InputLines(path: file.path)
  }

  private func all(_ lines: InputLines) throws -> [String] {
    var result: [String] = []
    while true {
      switch try lines.next() {
      case .whole(let line): result.append(line)
      case .unfinished: lines.read()
      case .end: return result
      }
    }
  }

  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\nb\n", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
    ("a\n\nb", ["a", "", "b"]),
  ])
  func ofAText(text: String, expected: [String]) throws {
    #expect(try all(lines(of: text)) == expected)
  }

  @Test func ofManyReads() throws {
    let expected = (0..<50_000).map { "line \($0)" }
    #expect(try all(lines(of: expected.joined(separator: "\n"))) == expected)
  }

  @Test func aLineWithoutEndIsRefused() throws {
    let lines = try InputLines(path: "/dev/zero")
    #expect(throws: ShellError.self) { _ = try all(lines) }
  }

  @Test func aPipeWithoutAWriterIsNotWaitedFor() throws {
    let path = folder.appendingPathComponent("pipe").path
    try #require(mkfifo(path, 0o600) == 0)
    let lines = try InputLines(path: path)
    #expect(try lines.next() == .unfinished)
    // No input has arrived, and it hasn't ended.
    var poller = Poller()
    poller.register(lines.descriptor)
    #expect(try poller.wait(until: .now) == [])
  }

  @Test(arguments: ["/nonexistent", "/tmp"])
  func whatIsNoFileIsAnError(path: String) {
    #expect(throws: ShellError.self) { _ = try InputLines(path: path) }
  }
}
