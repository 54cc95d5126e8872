import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

/// The output in docs/scripting.md is the shell's real output.
@Suite struct ScriptingManualTests {
  @Test func expressions() throws {
    let path = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../docs/scripting.md").standardized.path
    let manual = try String(contentsOfFile: path, encoding: .utf8)
    let section = try #require(
      manual.components(separatedBy: "\n## ").first { $0.hasPrefix("Expressions\n") })
    let blocks = section.components(separatedBy: "```\n").enumerated()
      .filter { $0.offset % 2 == 1 }.map(\.element)
    let lines = blocks.joined().split(separator: "\n").filter { $0.hasPrefix("(vcpu) ") }
      .map { String($0.dropFirst("(vcpu) ".count)) }
    #expect(lines.count > 30)
    let fixture = try ShellFixture(at: .mmioWrite)
    let typed: [String] = fixture.transcript(lines).components(separatedBy: "\n")
    // Without the packets.
    let printed = typed.filter { !$0.isEmpty && !$0.contains("  -> ") }
    let wanted = blocks.joined().components(separatedBy: "\n").filter { !$0.isEmpty }
    #expect(printed == wanted)
  }
}
