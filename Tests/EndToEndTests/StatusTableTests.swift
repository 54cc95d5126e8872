import Foundation
import Testing

extension EndToEnd {
  /// The program's exit status, by which command fails and where the command comes from. The first failure ends a
  /// script, and its message shows its place.
  @Suite struct StatusTable {
    /// Where a command comes from.
    enum Source: CaseIterable {
      case option, file, standardInput, source, commands, handler

      /// Whether it is among the commands of a catchpoint.
      var isBody: Bool { self == .commands || self == .handler }
    }

    /// The failing command.
    enum Failure: CaseIterable {
      case command, arguments, assertion, expectation, targetLost, timeout, guestEnded
      case childTimeout, interruption, output

      /// The lines of which the last one fails, or the block that they end with.
      ///
      /// - Parameter begun: a file that is there once the block is run.
      func lines(_ begun: String) -> [String] {
        switch self {
        case .command: ["echo before", "info zork"]
        case .arguments: ["echo before", "print"]
        case .assertion: ["echo before", "assert 1 == 2 \"the why\""]
        case .expectation: ["delete", "expect exit smc within 1 exits"]
        case .targetLost: ["shell pkill -KILL -P $PPID qemu-system", "stepi"]
        case .timeout: ["timeout 200 ms", "while 1", "end"]
        // From the guest's SYSTEM_OFF to the hypervisor's.
        case .guestEnded: ["stepi 20000", "stepi"]
        case .childTimeout: ["timeout 200 ms", "shell sleep 60"]
        case .interruption:
          [
            "shell \(ShellRun.signal("INT", once: begun))", "while 1",
            "info breakpoints > \(begun)",
            "end",
          ]
        case .output: ["echo before"]
        }
      }

      /// The lines before it, which make it fail.
      var preparation: [String] {
        self == .guestEnded ? ["tcatch exit psci if $x0 == 0x84000008", "continue"] : []
      }

      /// The exit at which the lines run, if they are a catchpoint's commands.
      var exit: String { self == .guestEnded ? "psci if $x0 == 0x84000008" : "any" }

      /// The line that fails, from 0.
      var index: Int { self == .output ? 0 : 1 }

      var status: Int32 {
        switch self {
        case .command, .arguments, .interruption, .output: 1
        case .assertion, .expectation: 3
        case .targetLost, .timeout, .childTimeout: 4
        case .guestEnded: 5
        }
      }

      /// The end of the message.
      var words: String {
        switch self {
        case .command: "no command 'info zork'"
        case .arguments: "'print' needs an expression"
        case .assertion: "assertion failed: 1 == 2: the why"
        case .expectation: "smc"
        case .targetLost: "the target is lost: the emulator ended with signal 9"
        case .timeout, .childTimeout: "timed out after 200 ms"
        case .guestEnded: "the machine has powered off"
        case .interruption: "interrupted"
        case .output: "cannot write to standard output: No space left on device"
        }
      }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The arguments and the input with which a source gives the lines, and the place of the failing line.
    private func run(
      _ failure: Failure, from source: Source
    ) throws -> (arguments: [String], input: String, place: String?) {
      let after = ["echo unreached"]
      let lines =
        (source.isBody ? [] : failure.preparation) + failure.lines(folder.path + "/begun") + after
      let index = (source.isBody ? 0 : failure.preparation.count) + failure.index
      func script(_ lines: [String]) throws -> String {
        try folder.file("script.vcpu", lines.joined(separator: "\n") + "\n")
      }
      switch source {
      case .option: return (lines.flatMap { ["-ex", $0] } + ["--batch"], "", nil)
      case .file:
        let path = try script(lines)
        return (["--batch", "-x", path], "", "\(path):\(index + 1)")
      case .standardInput:
        return ([], lines.joined(separator: "\n") + "\n", "standard input:\(index + 1)")
      case .source:
        let path = try script(lines)
        return (
          ["--batch", "-ex", "source \(path)", "-ex", "echo unreached"], "", "\(path):\(index + 1)"
        )
      case .commands:
        let path = try script(
          ["catch exit \(failure.exit)", "commands"] + lines + ["end", "continue"] + after)
        return (["--batch", "-x", path], "", "\(path):\(index + 3)")
      case .handler:
        let path = try script(["on exit \(failure.exit)"] + lines + ["end", "continue"] + after)
        return (["--batch", "-x", path], "", "\(path):\(index + 2)")
      }
    }

    @Test(arguments: Failure.allCases, Source.allCases)
    func cell(failure: Failure, source: Source) throws {
      // Where the target resumes, the place is the script's, not that of the commands at one of its stops.
      if failure == .expectation, source.isBody { return }
      let (arguments, input, place) = try run(failure, from: source)
      let isFull = failure == .output
      let run = try ShellRun(
        ["launch", "-q"] + arguments, input: input,
        wrapper: isFull ? ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full"] : [])
      #expect(run.status == failure.status, "\(run.description)")
      #expect(!run.output.contains("unreached"), "\(run.description)")
      let message = run.errors.split(separator: "\n").first ?? ""
      if failure == .interruption, source.isBody {
        // The stop at which it was interrupted is shown again.
        #expect(run.errors == "" && run.output.contains("\ninterrupted\n"), "\(run.description)")
        return
      }
      #expect(message.hasPrefix("error: ") && message.contains(failure.words), "\(message)")
      if let place, !isFull {
        #expect(message.hasPrefix("error: \(place):"), "\(message) at \(place)")
      }
      if source.isBody, !isFull { #expect(message.contains("in the commands of breakpoint 1: ")) }
    }

    /// A script may end with any status, but not if its output was lost.
    @Test(arguments: ["quit 0", "quit 77"])
    func aStatusHidesNoLostOutput(quit: String) throws {
      let commands = ["on end", "echo last words", "end", quit]
      let arguments = ["launch", "-q", "--batch"] + commands.flatMap { ["-ex", $0] }
      let full = try ShellRun(
        arguments, wrapper: ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full"])
      #expect(full.status == 1, "\(full.description)")
      #expect(full.errors == "error: cannot write to standard output: No space left on device\n")
      #expect(try ShellRun(arguments).status == Int32(quit.dropFirst("quit ".count)))
    }

    /// A launch reports these before anything is started.
    @Test(arguments: [["launch", "--zork"], ["launch", "--cpus", "0"], ["launch", "a", "b"], []])
    func wrongUsage(arguments: [String]) throws {
      let run = try ShellRun(arguments)
      #expect(run.status == (arguments.isEmpty ? 0 : 2), "\(run.description)")
    }

    /// The user has seen the error and decides: a failed typed command isn't a failure of the session.
    @Test func atAPrompt() throws {
      let shell = try ShellProcess(["launch", "-q"], at: .terminal)
      for line in ["info zork", "print", "assert 1 == 2"] {
        try shell.expect("(vcpu) ")
        try shell.enter(line)
        try shell.expect("error: ")
      }
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }
  }
}
