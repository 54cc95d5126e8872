import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// Where output goes, and readers that read it or don't.
  @Suite struct Outputs {
    private static let colors = ["NO_COLOR": ""]

    private func atPrompt(
      _ environment: [String: String], _ options: String...
    ) throws -> ShellProcess {
      let shell = try ShellProcess(
        ["launch", "-q"] + options, at: .terminal, environment: environment)
      try shell.expect("(vcpu) ")
      return shell
    }

    private func end(_ shell: ShellProcess) throws {
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    // MARK: Guest output

    /// A guest that tries to clear the screen and to look like the shell.
    @Test func aGuestCannotForgeTheShellsLines() throws {
      let folder = try TemporaryFolder()
      let guest = try GuestProgram.hostile.write(to: folder)
      let console = folder.path + "/console"
      let run = try ShellRun.launch(guest: guest, "continue")
      expectSuccess(run)
      let lines = [#"guest| \e[2J\rerror: forged"#, #"guest| \x9b\u{202e}x"#]
      #expect(run.lines.filter { $0.hasPrefix("guest| ") && !$0.contains("hypervisor:") } == lines)
      #expect(run.output.hasSuffix("the guest has powered off\n"))
      // A file gets the output unchanged.
      let kept = try ShellRun.launch(guest: guest, options: ["--console", console], "continue")
      expectSuccess(kept)
      #expect(!kept.output.contains("guest| "))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: console))
      #expect(bytes.suffix(GuestProgram.hostileText.count) == Data(GuestProgram.hostileText))
    }

    @Test func anEmulatorsWordsAreMadeVisible() throws {
      let folder = try TemporaryFolder()
      let emulator = try folder.file(
        "qemu", "#!/bin/sh\nprintf '\\033[2Jwrong\\nerror: forged\\033]0;x\\007' >&2\nexit 3\n")
      #expect(chmod(emulator, 0o755) == 0)
      let run = try ShellRun(["launch", "--qemu", emulator, "--batch"])
      #expect(run.status == 4)
      #expect(run.errors.contains("\\e[2Jwrong\n  error: forged\\e]0;x\\x07\n"), "\(run.errors)")
    }

    // MARK: Colors

    @Test(
      arguments: [
        ([:], [], false), (colors, [], true), (colors, ["--color", "never"], false),
        (["NO_COLOR": "1"], ["--color", "always"], true),
        (["NO_COLOR": "", "TERM": "dumb"], [], false),
      ] as [([String: String], [String], Bool)])
    func atATerminal(environment: [String: String], options: [String], hasColors: Bool) throws {
      let shell = try ShellProcess(
        ["launch", "-q"] + options, at: .terminal, environment: environment)
      try shell.expect("(vcpu) ")
      try shell.enter("print $nothing")
      let text = try shell.expect("(vcpu) ")
      #expect(
        text.contains("\u{1b}[1;31merror: \u{1b}[0m") == hasColors, "\(text.debugDescription)")
      try shell.enter("set style enabled off")
      try shell.expect("(vcpu) ")
      try shell.enter("print $nothing")
      #expect(!(try shell.expect("(vcpu) ")).contains("\u{1b}[1;31m"))
      try end(shell)
    }

    @Test func elsewhereTheyAreAsked() throws {
      let line = ["-ex", "print $nothing", "--batch"]
      let plain = try ShellRun(["launch"] + line, environment: Self.colors)
      #expect(plain.errors.hasPrefix("error: "))
      let colored = try ShellRun(["launch", "--color", "always"] + line)
      #expect(colored.errors.hasPrefix("\u{1b}[1;31merror: \u{1b}[0m"))
    }

    // MARK: Pagers and commands

    @Test func aLongAnswerIsPagedAtATerminal() throws {
      let shell = try atPrompt(["PAGER": "sed 's/^/paged: /'"])
      try shell.enter("help all")
      try shell.expect("paged: ")
      try shell.expect("paged:   quit                  Leave the shell")
      try shell.expect("(vcpu) ")
      try shell.enter("print 6*7")
      #expect(!(try shell.expect("(vcpu) ")).contains("paged: "))
      try shell.enter("set pagination off")
      try shell.expect("(vcpu) ")
      try shell.enter("help all")
      #expect(!(try shell.expect("(vcpu) ")).contains("paged: "))
      try end(shell)
    }

    @Test(.enabled(if: Programs.path(of: "less") != nil, "less is missing"))
    func less() throws {
      let shell = try atPrompt(["PAGER": "less"])
      try shell.enter("help all")
      try shell.expect("catch exit")
      // Its own prompt: a colon, and the rest of the line erased.
      try shell.expect(":\u{1b}[K")
      try shell.type("q")
      try shell.expect("(vcpu) ")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func aPagerThatIsMissing() throws {
      let shell = try atPrompt(["PAGER": "no-such-pager"])
      try shell.enter("help all")
      try shell.expect("Leave the shell")
      try shell.expect("warning: the pager 'no-such-pager' cannot be run: see PAGER")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    /// Keys and Ctrl-C go to the command, and to the prompt again after it.
    @Test func controlCEndsACommandThatReadsNothing() throws {
      let shell = try atPrompt([:])
      for line in ["info breakpoints | sleep 60", "pipe print 1 | cat; cat </dev/tty"] {
        try shell.enter(line)
        try shell.expect("\r\n")
        #expect(eventually { ChildProcess.isWaiting(shell.process) })
        try shell.press(.interrupt)
        try shell.expect("(vcpu) ", within: .seconds(5))
        try shell.enter("print 6*7")
        try shell.expect("0x2a (42)")
        try shell.expect("(vcpu) ")
      }
      try shell.enter("pipe print 1 | head -n 1 </dev/tty")
      try shell.expect("\r\n")
      try shell.enter("typed")
      try shell.expect("typed\r\ntyped\r\n(vcpu) ")
      try end(shell)
    }

    /// Also with a command that doesn't end, and with processes that it has started.
    @Test(arguments: [SIGTERM, SIGHUP])
    func aSignalEndsTheShellAndItsCommand(signal: Int32) throws {
      for pager in ["cat; sleep 60", "trap '' TERM HUP; cat; sleep 60 & wait"] {
        let shell = try atPrompt(["PAGER": pager])
        try shell.enter("help all")
        try shell.expect("Leave the shell")
        let start = ContinuousClock.now
        shell.send(signal)
        // With none left.
        #expect(try shell.end(within: .seconds(5)) == 128 + signal)
        #expect(ContinuousClock.now - start < .seconds(3))
      }
    }

    /// The log has the typed commands with their output.
    @Test func aLogOfAPrompt() throws {
      let folder = try TemporaryFolder()
      let shell = try atPrompt(Self.colors)
      for line in ["log \(folder.path)/log", "print 6*7", "print $nothing", "log off", "print 1"] {
        try shell.enter(line)
        try shell.expect("(vcpu) ")
      }
      try end(shell)
      let log = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
      #expect(log.hasPrefix("(vcpu) print 6*7\n0x2a (42)\n(vcpu) print $nothing\nerror: "))
      #expect(log.hasSuffix("\n(vcpu) log off\n"))
    }

    @Test func aBatchHasCommandsToo() throws {
      let folder = try TemporaryFolder()
      let file = folder.path + "/answer"
      let run = try ShellRun.launch(
        "catch exit", "continue", "info exit | grep -c ISV", "info exit --json > \(file)",
        "info breakpoints >> \(file)", "echo end")
      expectSuccess(run)
      expect(run, prints: "\n1\nend\n")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.hasPrefix("{\"kind\":\"exit\"") && text.contains("\nNum  Type"))
      expectOneError(
        try .launch("info breakpoints > /dev/full", "echo no"),
        "cannot write to /dev/full: No space left on device")
    }

    /// A pipe between lines of JSON would break them.
    @Test func linesOfJSONStayLines() throws {
      let run = try ShellRun.launch(
        options: ["--format", "jsonl"], "pipe print 1 | cat", "print 2")
      #expect(run.status == 1)
      for line in run.lines.dropLast() {
        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
      }
      #expect(run.output.contains("mixed with the lines of JSON"))
    }

    // MARK: Readers that don't read

    /// The contents of a pipe after the shell was ended with its output blocked: whole lines.
    @Test(
      arguments: [SIGTERM, SIGHUP, SIGINT], [[], ["--format", "jsonl"]])
    func aPipeHasWholeLines(signal: Int32, format: [String]) throws {
      let line = "x/1000xg hv:0x40200000"
      let commands = [String](repeating: line, count: 40).flatMap { ["-ex", $0] }
      let run = try PipedRun(["launch", "--batch"] + format + commands)
      try run.waitUntilStuck()
      let start = ContinuousClock.now
      kill(run.process, signal)
      #expect(eventually(within: .seconds(3)) { ChildProcess.hasEnded(run.process) })
      #expect(ContinuousClock.now - start < .seconds(2))
      #expect(run.status() == (signal == SIGINT ? 1 : 128 + signal))
      let text = try run.rest()
      #expect(text.utf8.count > 10_000)
      if format.isEmpty { #expect(text.hasSuffix("\n")) }
      let lines = text.split(separator: "\n")
      for line in lines.dropLast(format.isEmpty ? 0 : 1) {
        #expect(
          format.isEmpty
            ? line.wholeMatch(of: #/0x[0-9a-f]+( <.*>)?:(\t0x[0-9a-f]{16}){2}/#) != nil
            : line.hasPrefix("{\"schema\"") && line.hasSuffix("}"), "\(line)")
      }
    }

    /// The events of a run are short, and none is written in part.
    @Test func aPipeHasWholeEvents() throws {
      let folder = try TemporaryFolder()
      let guest = try GuestProgram.hypercalls.write(to: folder)
      let script = try folder.file(
        "script.vcpu",
        "catch exit\ncommands\n  silent\n  info exit --brief\n  continue\nend\ncontinue\n")
      let run = try PipedRun(["launch", guest, "--batch", "--format", "jsonl", "-x", script])
      try run.waitUntilStuck()
      kill(run.process, SIGTERM)
      #expect(eventually(within: .seconds(2)) { ChildProcess.hasEnded(run.process) })
      #expect(run.status() == 128 + SIGTERM)
      let text = try run.rest()
      #expect(text.utf8.count > 10_000 && text.hasSuffix("}\n"))
      for line in text.split(separator: "\n") {
        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
      }
    }

    /// Standard error that can't be written doesn't change the status.
    @Test(arguments: ["2>&-", "2>/dev/full", "2>&1 >/dev/null"])
    func errorsThatNobodyGets(redirection: String) throws {
      let run = try ShellRun(
        ["-c", "exec '\(Built.shell)' launch --batch -ex 'print $nothing' \(redirection)"],
        program: "/bin/sh")
      #expect(run.status == 1)
    }
  }
}

/// A run of the shell whose standard output is a pipe without an active reader.
private final class PipedRun {
  let process: pid_t
  private let reader: Int32

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    reader = ends[0]
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    process = try ChildProcess.start(
      [Built.shell] + arguments, environment: ProcessInfo.processInfo.environment,
      descriptors: [(null, 0), (ends[1], 1), (null, 2)])
  }

  deinit {
    kill(process, SIGKILL)
    close(reader)
  }

  /// Waits until the pipe is practically full, and the shell waits for its reader.
  func waitUntilStuck() throws {
    let isStuck = eventually(within: .seconds(30)) {
      var count: Int32 = 0
      _ = ioctl(reader, UInt(FIONREAD), &count)
      return count > 30_000 && ChildProcess.isWaiting(process)
    }
    try #require(isStuck)
  }

  /// Its status, once it has ended.
  func status() -> Int32? { ChildProcess.status(of: process) }

  /// Its output so far.
  func rest() throws -> String {
    try String(
      decoding: FileHandle(fileDescriptor: reader).readToEnd() ?? Data(), as: UTF8.self)
  }
}
