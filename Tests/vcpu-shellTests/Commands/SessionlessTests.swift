import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct SessionlessTests {
  /// No command may trap where there is no target, and each says so.
  @Test func everyCommandAnswersWithoutASession() throws {
    let fixture = try ShellFixture()
    fixture.shell.session = nil
    let needless: Set = ["help", "quit", "echo", "source"]
    for command in CommandTable.standard.commands where !needless.contains(command.name) {
      for arguments in ["", " 1", " $x0 = 1"] {
        let text = fixture.run(command.name + arguments)
        #expect(text.hasPrefix("error: "), "\(command.name)\(arguments): \(text)")
      }
    }
  }

  /// Nor while the target runs, where any access would stop it.
  @Test func everyCommandAnswersWhileTheTargetRuns() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    fixture.target.script = [.untilInterrupt()]
    try fixture.session.resume()
    _ = fixture.target.takeTrace()
    for line in [
      "continue", "stepi", "print $x0", "set $x0 = 1", "x/4xw 0x40200000", "info registers",
      "info exit", "monitor info", "detach", "kill", "catch exit", "break handle_exit",
      "info threads", "decode esr",
    ] {
      #expect(
        fixture.run(line) == "error: the target is running: press Ctrl-C to stop it\n", "\(line)")
    }
    #expect(fixture.target.takeTrace() == [])
    #expect(fixture.run("info breakpoints").contains("exit any"))
  }
}
