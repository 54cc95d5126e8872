import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// The full-screen view at a terminal.
  @Suite struct FullScreenView {
    private func start(
      _ arguments: String..., environment: [String: String] = [:]
    ) throws -> ShellProcess {
      let shell = try ShellProcess(
        ["launch"] + arguments, at: .terminal, environment: environment)
      try shell.expect("(vcpu) ")
      return shell
    }

    /// From the first source line to the end: the windows, keys, another size, and the terminal as it was.
    @Test func aSessionInWindows() throws {
      let shell = try start("tour", "-q")
      try shell.enter("layout src")
      try shell.expectScreen(" source: ")
      try shell.expectScreen("=> 15        b       boot")
      #expect(shell.screen.isAlternate)

      try shell.enter("layout exit")
      try shell.expectScreen("none: the CPU is not at an exit")
      // A mistake in the middle of the word, corrected with the keys of the line editor.
      try shell.type("catch exXit mmio-write\u{1}\u{1b}f\u{1b}[C\u{1b}[C\u{1b}[C\u{4}")
      try shell.expectScreen("(vcpu) catch exit mmio-write")
      try shell.press(.enter)
      try shell.expectScreen("Catchpoint 1: exit mmio-write")
      try shell.enter("continue")
      try shell.expectScreen("in the window of the exit") { screen in
        screen.text.contains(" exit\nexit 1, vcpu 0: mmio-write of 1 byte: 0x5a from w1")
      }
      try shell.expectScreen("=> 28    STORE(store8")
      try shell.expectScreen(" console\nhypervisor: EL2")
      try shell.expectScreen("the prompt") {
        $0.text.trimmingCharacters(in: .newlines).hasSuffix("(vcpu)")
      }

      try shell.type("info reg")
      try shell.press(.tab)
      try shell.expectScreen("(vcpu) info registers")
      try shell.press(.interrupt)
      try shell.expectScreen("info registers ^C")

      shell.resize(rows: 20, columns: 70)
      try shell.expectScreen("the windows in the new size") { screen in
        screen.text.contains(" exit\nexit 1, vcpu 0") && screen.text.contains(" stopped\n")
      }
      shell.resize(rows: 5, columns: 20)
      try shell.expectScreen("the terminal has 5 r\nows of 20 columns")
      shell.resize(rows: 40, columns: 120)
      try shell.expectScreen(" exit\nexit 1, vcpu 0")

      try shell.enter("tui disable")
      try shell.expectScreen("the other screen") { !$0.isAlternate && $0.text.contains("(vcpu)") }
      // The prompt works as before.
      try shell.enter("print 6 * 7")
      try shell.expectScreen("0x2a (42)")
      try shell.leave()
      #expect(try shell.end() == 0)
      #expect(try shell.terminalModes() == freshModes())
    }

    /// The end of the shell in the view: by a command, by a signal, by a fault of its own.
    @Test(arguments: ["quit", "SIGTERM", "SIGSEGV"])
    func theTerminalIsLeftAsItWas(way: String) throws {
      // Swift's backtracer would ask at the terminal.
      let shell = try start("tour", "-q", environment: ["SWIFT_BACKTRACE": "enable=no"])
      try shell.enter("tui")
      try shell.expectScreen(" source: ")
      switch way {
      case "SIGTERM":
        shell.send(SIGTERM)
        #expect(try shell.end() == 128 + SIGTERM)
      case "SIGSEGV": shell.send(SIGSEGV)
      default:
        try shell.enter("quit")
        #expect(try shell.end() == 0)
      }
      try shell.expectScreen("the other screen") { !$0.isAlternate }
      let modes = try freshModes()
      #expect(eventually(within: .seconds(5)) { (try? shell.terminalModes()) == modes })
    }

    /// Ctrl-Z stops the shell outside of the view, which comes back with it.
    @Test func controlZLeavesTheViewUntilTheShellGoesOn() throws {
      let shell = try start("tour", "-q")
      try shell.enter("tui")
      try shell.expectScreen(" source: ")
      try shell.type("help st")
      try shell.expectScreen("(vcpu) help st")
      // Its group has no parent that could continue it, so the signal doesn't stop it.
      shell.send(SIGTSTP)
      try shell.expect("\u{1b}[?1049l")
      try shell.expect("\u{1b}[?1049h")
      try shell.expectScreen("(vcpu) help st")
      try shell.type("epi\r")
      try shell.expectScreen("Execute one instruction")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
      #expect(try shell.terminalModes() == freshModes())
    }

    /// The guest has the keys, and its window shows what it echoes.
    @Test func aRunningGuestHasTheConsolesWindow() throws {
      let folder = try TemporaryFolder()
      let shell = try start(try GuestProgram.endless.write(to: folder), "-q")
      try shell.enter("tui")
      try shell.expectScreen(" source: ")
      try shell.enter("continue")
      try shell.expectScreen(" console: the guest gets the keys, Ctrl-C stops it")
      try shell.expectScreen("running: Ctrl-C stops it")
      try shell.press(.interrupt)
      try shell.expectScreen("interrupted")
      try shell.expectScreen(" stopped\n")
      // Another program has the whole terminal.
      try shell.enter("shell echo in the terminal")
      try shell.expectScreen("Enter returns to the full-screen view.")
      #expect(!shell.screen.isAlternate && shell.screen.text.contains("in the terminal"))
      try shell.press(.enter)
      try shell.expectScreen(" stopped\n")
      try shell.enter("pipe print 6 * 7 | sed s/42/piped/")
      try shell.expectScreen("0x2a (piped)")
      try shell.leave()
      #expect(try shell.end() == 0)
    }

    private func freshModes() throws -> [UInt32] {
      let other = try ShellProcess([], at: .terminal, program: "true")
      defer { _ = try? other.end() }
      return try other.terminalModes()
    }

    @Test func itNeedsATerminalThatCanShowIt() throws {
      let shell = try start("tour", "-q", environment: ["TERM": "dumb"])
      try shell.enter("tui")
      try shell.expect("error: the terminal 'dumb' (TERM) cannot show a full-screen view")
      try shell.expect("(vcpu) ")
      #expect(!shell.output.contains("\u{1b}"))
      try shell.leave()
      #expect(try shell.end() == 0)
      let batch = try ShellProcess(["launch", "tour", "-q", "--batch", "-ex", "tui"])
      #expect(try batch.end() == 1)
      #expect(batch.errors == "error: the full-screen view needs a person at a prompt\n")
      #expect(batch.output == "")
    }
  }
}
