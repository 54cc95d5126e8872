import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct SessionlessTests {
  /// No command may trap where there is no target, and each says so.
  @Test func everyCommandAnswersWithoutASession() throws {
    let fixture = try ShellFixture()
    fixture.shell.session = nil
    let needless: Set = [
      "help", "apropos", "quit", "echo", "source", "log", "set pagination", "set style",
      "set width",
      // Of the language, what needs no target.
      "assert", "timeout", "shell", "record commands",
    ]
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
      "stepi", "continue 2", "print $x0", "set $x0 = 1", "x/4xw 0x40200000", "info registers",
      "info exit", "monitor info", "detach", "catch exit", "break handle_exit",
      "info threads", "decode esr",
    ] {
      #expect(
        fixture.run(line)
          == "error: the target is running: 'interrupt' stops it, 'continue' waits for it\n",
        "\(line)")
    }
    #expect(fixture.target.takeTrace() == [])
    #expect(fixture.run("info breakpoints").contains("exit any"))
  }

  /// Nobody waited for its stop.
  @Test(arguments: ["interrupt", "continue"])
  func aTargetThatRunsIsWaitedFor(line: String) throws {
    let fixture = try ShellFixture()
    fixture.target.script = [.untilInterrupt()]
    try fixture.session.resume()
    if line == "continue" { try fixture.session.interrupt() }
    #expect(fixture.run(line).hasPrefix("interrupted\n"))
    #expect(fixture.run("interrupt") == "error: the target is already stopped\n")
  }

  /// A machine that was there before the shell is not the shell's to start.
  @Test(arguments: ["run", "starti"])
  func whatWasNotLaunchedDoesNotBeginAgain(line: String) throws {
    let fixture = try ShellFixture()
    #expect(fixture.run(line).hasPrefix("error: this target was attached to"))
    #expect(fixture.target.takeTrace() == [])
  }
}
