import TestSupport
import Testing

@testable import vcpu_shell

/// 'context' and 'set context'.
@Suite struct ContextCommandTests {
  private let fixture: ShellFixture

  init() throws {
    fixture = try ShellFixture()
    fixture.target.stand(at: FixtureImages.handler + 8, level: 2)
    try fixture.session.refresh()
  }

  private func lines(_ line: String) -> [String] {
    fixture.run(line).split(separator: "\n").map(String.init)
  }

  /// It begins with the function.
  @Test func codeIsAroundTheFramesPC() {
    let lines = lines("context code")
    #expect(lines.first == "── code ──")
    #expect(lines.dropFirst().prefix(2).allSatisfy { $0.contains("<handle_exit") })
    #expect(lines.dropFirst(3).first?.hasPrefix("=> ") == true, "\(lines)")
  }

  @Test func whatIsNotThereIsLeftOut() {
    #expect(lines("context exit") == [])
    let headings = lines("context").filter { $0.hasPrefix("── ") }
    #expect(headings.prefix(3) == ["── registers ──", "── code ──", "── stack ──"])
  }

  @Test func aChosenContextIsTheUsualOne() {
    fixture.run("set context code")
    #expect(lines("context").filter { $0.hasPrefix("── ") } == ["── code ──"])
    fixture.run("set context off")
    #expect(lines("context").filter { $0.hasPrefix("── ") }.count > 1)
  }

  @Test(arguments: ["context nothing", "set context", "set context code off"])
  func errors(line: String) {
    #expect(fixture.run(line).hasPrefix("error: "))
  }
}
