import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// What the user or a signal can do while the shell waits for something that doesn't come.
  @Suite struct Waits {
    /// A stopped emulator, which continues when this object is destroyed.
    private final class Standstill {
      private let process: pid_t

      init(of process: pid_t) {
        self.process = process
        kill(process, SIGSTOP)
      }

      deinit { end() }

      func end() { kill(process, SIGCONT) }
    }

    private func atPrompt() throws -> ShellProcess {
      let shell = try ShellProcess(["launch", "-q"], at: .terminal)
      try shell.expect("(vcpu) ")
      return shell
    }

    @Test func controlCEndsAWaitAndTheSessionGoesOn() throws {
      let shell = try atPrompt()
      let standstill = Standstill(of: try shell.requireEmulator())
      for _ in 0..<3 {
        try shell.enter("x/4xg pa:0x41000000")
        try shell.expect("\n")
        // Ctrl-C before the command waits ends the command itself, without a message about QEMU.
        #expect(eventually { ChildProcess.isWaiting(shell.process) })
        try shell.press(.interrupt)
        try shell.expect("error: interrupted: QEMU has not answered yet", within: .seconds(2))
        try shell.expect("(vcpu) ")
      }
      standstill.end()
      try shell.enter("x/1xw hv:0x40200000")
      try shell.expect("0x40200000 <_start>:\t0x14")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    @Test func aTargetThatDoesNotStopIsWaitedForAtThePrompt() throws {
      let folder = try TemporaryFolder()
      let endless = try GuestProgram.endless.write(to: folder)
      let shell = try ShellProcess(["launch", endless, "-q"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      #expect(eventually { shell.hasGivenTerminalAway })
      let standstill = Standstill(of: try shell.requireEmulator())
      try shell.press(.interrupt)
      // Until the first one is handled, a second would be the same signal.
      #expect(throws: HarnessError.self) { try shell.expect("(vcpu) ", within: .seconds(1)) }
      try shell.press(.interrupt)
      try shell.expect("error: the target still runs", within: .seconds(2))
      try shell.expect("(vcpu) ")
      try shell.enter("x/1xw hv:0x40200000")
      try shell.expect("error: the target is running")
      try shell.expect("(vcpu) ")
      standstill.end()
      try shell.expect("interrupted")
      try shell.expect("(vcpu) ")
      try shell.enter("x/1xw hv:0x40200000")
      try shell.expect("0x40200000 <_start>:\t0x14")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    /// The shell's output isn't read.
    @Test(arguments: [SIGTERM, SIGHUP])
    func aSignalEndsAShellWhoseOutputIsStuck(signal: Int32) throws {
      let shell = try ShellProcess(
        ["launch", "--batch", "-ex", "echo begins", "-ex", "x/100000xg hv:0x40200000"])
      try shell.expect("begins")
      // Its output isn't read any more until it has ended.
      #expect(eventually { ChildProcess.isWaiting(shell.process) })
      let start = ContinuousClock.now
      shell.send(signal)
      #expect(eventually(within: .seconds(2)) { ChildProcess.hasEnded(shell.process) })
      #expect(ContinuousClock.now - start < .seconds(2))
      #expect(try shell.end() == 128 + signal)
    }

    @Test func controlCEndsACommandWhoseOutputIsStuck() throws {
      let shell = try ShellProcess(
        ["launch", "--batch", "-ex", "echo begins", "-ex", "x/100000xg hv:0x40200000"])
      try shell.expect("begins")
      #expect(eventually { ChildProcess.isWaiting(shell.process) })
      shell.send(SIGINT)
      #expect(eventually(within: .seconds(3)) { ChildProcess.hasEnded(shell.process) })
      #expect(try shell.end() == 1)
      #expect(shell.errors == "error: interrupted\n")
    }

    /// While an answer is still being read, none of it is shown.
    @Test func controlCEndsALongCommand() throws {
      let shell = try ShellProcess(
        ["launch", "--batch", "-ex", "echo begins", "-ex", "x/1000000xg hv:0x40200000"])
      try shell.expect("begins")
      shell.send(SIGINT)
      #expect(eventually(within: .seconds(5)) { ChildProcess.hasEnded(shell.process) })
      #expect(try shell.end() == 1)
      #expect(shell.output == "begins\n" && shell.errors == "error: interrupted\n")
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func aSignalEndsAShellWhoseEmulatorStandsStill(signal: Int32) throws {
      let waiting = try atPrompt()
      let standstill = Standstill(of: try waiting.requireEmulator())
      try waiting.enter("x/4xg pa:0x41000000")
      try waiting.expect("\n")
      waiting.send(signal)
      #expect(eventually(within: .seconds(2)) { ChildProcess.hasEnded(waiting.process) })
      try waiting.end()
      withExtendedLifetime(standstill) {}
    }

    /// A script that is a pipe without a writer.
    @Test func aScriptThatDoesNotComeIsWaitedForUntilControlC() throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      let shell = try ShellProcess(["launch", "-ex", "echo begins", "--batch", "-x", path])
      try shell.expect("begins")
      shell.send(SIGINT)
      #expect(try shell.end(within: .seconds(10)) == 1)
      #expect(shell.errors.contains("interrupted"))
    }

    @Test func controlBackslashDoesNothing() throws {
      let shell = try atPrompt()
      try shell.type("\u{1c}")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    /// A shell that is started without some of its streams, or with one that can't be written.
    @Test(arguments: [
      ("<&-", Int32(0), ""),
      (">&-", 1, "error: cannot write to standard output: Bad file descriptor\n"),
      (">/dev/full", 1, "error: cannot write to standard output: No space left on device\n"),
      (
        "--format jsonl >/dev/full", 1,
        "error: cannot write to standard output: No space left on device\n"
      ),
      ("2>&-", 0, ""),
    ])
    func ofUnusualStreams(redirection: String, status: Int32, errors: String) throws {
      let run = try Shell.run(
        "'\(Built.shell)' launch -q --no-history -ex 'print 1' \(redirection)")
      #expect(run.status == status)
      #expect(run.errors == errors)
    }

    @Test(arguments: ["", "--format jsonl"])
    func theEndOfAReaderNeedsNoWords(format: String) throws {
      let run = try Shell.run(
        "'\(Built.shell)' launch --batch \(format) -ex 'x/200000xg hv:0x40200000' | head -n 1; "
          + "exit ${PIPESTATUS[0]}")
      #expect(run.errors == "")
      #expect(run.status == 128 + SIGPIPE)
    }

    /// Few descriptors are enough.
    @Test func underALimitOfDescriptors() throws {
      let run = try Shell.run(
        "ulimit -n 64; '\(Built.shell)' launch --batch -ex 'print 1'")
      #expect(run.errors == "")
      #expect(run.status == 0)
    }
  }
}

/// System shell commands.
private enum Shell {
  static func run(_ command: String) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "exec timeout -k 5 60 bash -c \"$0\"", command]
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text, words)
  }
}
