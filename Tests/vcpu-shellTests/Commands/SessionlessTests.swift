import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct SessionlessTests {
  /// No command may trap without a target, and each reports that there is none.
  @Test func everyCommandAnswersWithoutASession() throws {
    let fixture = try ShellFixture()
    fixture.shell.session = nil
    let needless: Set = [
      "help", "apropos", "quit", "echo", "source", "log", "set pagination", "set style",
      "set width", "set debug-file-directory", "show debug-file-directory",
      // Commands of the language that need no target.
      "assert", "timeout", "shell", "record commands", "undisplay", "info display",
    ]
    for command in CommandTable.standard.commands where !needless.contains(command.name) {
      for arguments in ["", " 1", " $x0 = 1"] {
        let text = fixture.run(command.name + arguments)
        #expect(text.hasPrefix("error: "), "\(command.name)\(arguments): \(text)")
      }
    }
  }

  /// The same while the target runs, when any access would stop it.
  @Test func everyCommandAnswersWhileTheTargetRuns() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    fixture.target.script = [.untilInterrupt()]
    try fixture.session.resume()
    _ = fixture.target.takeTrace()
    for line in [
      "stepi", "continue 2", "print $x0", "set $x0 = 1", "x/4xw 0x40200000", "info registers",
      "info exit", "monitor info", "detach", "catch exit", "break handle_exit",
      "info threads", "decode esr", "disassemble", "find 0, +16, 1", "dump memory name 0 1",
      "append value name 1", "restore name binary 0", "until handle_exit", "advance handle_exit",
      "jump handle_exit", "thread apply all print 1", "set step-irq on",
    ] {
      #expect(
        fixture.run(line)
          == "error: the target is running: 'interrupt' stops it, 'continue' waits for it\n",
        "\(line)")
    }
    #expect(fixture.target.takeTrace() == [])
    #expect(fixture.run("info breakpoints").contains("exit any"))
  }

  /// Its stop wasn't waited for.
  @Test(arguments: ["interrupt", "continue"])
  func aTargetThatRunsIsWaitedFor(line: String) throws {
    let fixture = try ShellFixture()
    fixture.target.script = [.untilInterrupt()]
    try fixture.session.resume()
    if line == "continue" { try fixture.session.interrupt() }
    #expect(fixture.run(line).hasPrefix("interrupted\n"))
    #expect(fixture.run("interrupt") == "error: the target is already stopped\n")
  }

  /// The shell can't start a machine that existed before the shell.
  @Test(arguments: ["run", "start", "starti"])
  func whatWasNotLaunchedDoesNotBeginAgain(line: String) throws {
    let fixture = try ShellFixture()
    #expect(fixture.run(line).hasPrefix("error: this target was attached to"))
    #expect(fixture.target.takeTrace() == [])
  }
}
