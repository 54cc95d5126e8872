import Foundation
import Testing

@testable import GDBRemote

/// The code in the documentation is compiled and run here.
struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func theArticleShowsTheCodeThatIsRun() throws {
    let article = try String(
      contentsOf: Self.root.appending(path: "Sources/GDBRemote/GDBRemote.docc/FirstSession.md"),
      encoding: .utf8)
    let code = try String(
      contentsOf: Self.root.appending(
        path: "Tests/GDBRemoteTests/Documentation/FirstSession.swift"), encoding: .utf8)
    let blocks = article.components(separatedBy: "```")
    // Text and code by turns.
    let shown = stride(from: 1, to: blocks.count, by: 2).map { blocks[$0] }
      .filter { $0.hasPrefix("swift\n") }.map { String($0.dropFirst(6)) }
    #expect(shown.first == code)
  }

  @Test(
    .enabled(if: QEMUProcess.path != nil, "qemu-system-aarch64 is not installed"),
    .timeLimit(.minutes(2)))
  func theCodeRuns() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "first-session-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let qemu = try QEMUProcess(listeningAt: path)
    defer { qemu.end() }
    try firstSession(with: "unix:\(path)")
    // It was left running.
    let target = try RemoteTarget(connectingTo: .unix(path: path), timeout: .seconds(20))
    #expect(target.wasRunningAtConnection)
    target.disconnect()
  }
}
