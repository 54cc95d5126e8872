import Foundation
import Glibc
import Synchronization
import Testing

@testable import vcpu_shell

@Suite struct SinkTests {
  private struct Failure: Error {}

  init() {
    // As in the shell: the loss of a reader is an error of a write.
    signal(SIGPIPE, SIG_IGN)
  }

  private func pipe(
    _ fixture: OutputFixture, _ command: String, _ lines: [Line]
  ) throws {
    try fixture.output.withSink(.pipe(command)) { fixture.output.lines(lines) }
  }

  // MARK: Commands

  @Test func aCommandGetsTheAnswer() throws {
    let fixture = OutputFixture()
    fixture.output.line("before")
    try pipe(fixture, "grep -n b", ["abc", "cde", "\("b", .address)"])
    fixture.output.line("after")
    #expect(fixture.text == "before\n1:abc\n3:b\nafter\n")
    #expect(fixture.errors == "")
  }

  @Test func coloursAreForCommandsIfTheyAreWanted() throws {
    let fixture = OutputFixture()
    fixture.output.color = .always
    try pipe(fixture, "cat", ["\(1, .address)"])
    #expect(fixture.text == "\u{1b}[36m1\u{1b}[0m\n")
  }

  @Test func theConsoleIsNotTheirs() throws {
    let fixture = OutputFixture()
    try fixture.output.withSink(.pipe("sed s/^/x/")) {
      fixture.output.line("a")
      fixture.output.console(Array("b\n".utf8))
    }
    #expect(fixture.text == "guest| b\nxa\n")
  }

  /// The output of an inner command is part of the outer one's input.
  @Test func commandsWithinCommands() throws {
    let fixture = OutputFixture()
    try fixture.output.withSink(.pipe("sed 's/$/ outer/'")) {
      fixture.output.line("a")
      try pipe(fixture, "sed 's/$/ inner/'", ["b"])
      fixture.output.line("c")
    }
    #expect(fixture.text == "a outer\nb inner outer\nc outer\n")
  }

  @Test func muchGoesThrough() throws {
    let fixture = OutputFixture()
    let line = Line(String(repeating: "x", count: 99))
    try pipe(fixture, "cat; echo end", [Line](repeating: line, count: 20_000))
    #expect(fixture.text.utf8.count == 2_000_000 + 4)
    #expect(fixture.text.hasSuffix("x\nend\n"))
  }

  @Test func aReaderThatHasEnoughIsNoError() throws {
    let fixture = OutputFixture()
    try pipe(fixture, "head -n 1", [Line](repeating: "abc", count: 100_000))
    #expect(fixture.text == "abc\n")
    // A nonzero status isn't an error either.
    try pipe(fixture, "grep nothing", ["abc"])
    try pipe(fixture, "true", [Line](repeating: "abc", count: 100_000))
    #expect(fixture.text == "abc\n" && fixture.errors == "")
  }

  @Test func whatCannotBeRunIsTold() throws {
    let fixture = OutputFixture()
    var error = #expect(throws: SinkCommandError.self) {
      try pipe(fixture, "no-such-command-anywhere 2>/dev/null", ["a"])
    }
    #expect(
      error?.description == "cannot run 'no-such-command-anywhere 2>/dev/null': status 127")
    error = #expect(throws: SinkCommandError.self) { try pipe(fixture, "kill -9 $$", ["a"]) }
    #expect(error?.description == "'kill -9 $$' ended by signal 9")
    // The session continues.
    fixture.output.line("after")
    #expect(fixture.text == "after\n")
  }

  /// Output before an error is shown, and the error remains.
  @Test func anErrorOfTheAnswerStays() throws {
    let fixture = OutputFixture()
    #expect(throws: Failure.self) {
      try fixture.output.withSink(.pipe("cat; exit 127")) {
        fixture.output.line("a")
        throw Failure()
      }
    }
    #expect(fixture.text == "a\n")
    #expect(throws: Failure.self) {
      try fixture.output.withSink(.pipe("echo started")) { throw Failure() }
    }
    #expect(fixture.text == "a\n")
  }

  // MARK: Signals

  @Test func anInterruptIsPassedOn() throws {
    let folder = try ScratchFolder()
    let signals = try FakeSignals()
    let fixture = OutputFixture(signals: signals.signals)
    let raiser = Raiser(.interrupt, signals, once: folder.path + "/begun")
    let start = ContinuousClock.now
    // A dash that is just about to start a command handles a signal only when the command has ended.
    try pipe(
      fixture,
      "trap 'exit 130' INT; echo >\(folder.path)/begun; for i in $(seq 200); do sleep 0.1; done",
      ["a"])
    raiser.join()
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  /// The shell's end doesn't wait for a command, not even for one that ignores signals.
  @Test func nothingIsLeftAtTheEnd() throws {
    let folder = try ScratchFolder()
    let signals = try FakeSignals()
    let fixture = OutputFixture(signals: signals.signals)
    let raiser = Raiser(.terminate, signals, once: folder.path + "/child")
    let start = ContinuousClock.now
    try pipe(
      fixture, "trap '' TERM; sleep 20 & echo $! >\(folder.path)/child; cat; wait; sleep 20",
      ["a"])
    raiser.join()
    #expect(ContinuousClock.now - start < .seconds(5))
    let child = try #require(pid_t(try folder.text(of: "child").dropLast()))
    // It ends when it is next scheduled.
    #expect(eventually { Self.hasEnded(child) })
    #expect(signals.signals.next() == .terminate)
  }

  /// The timeout limits a command: neither it nor what it has started outlives that, whatever signals they ignore.
  @Test(arguments: ["", "trap '' TERM; "])
  func aCommandIsEndedByTheTimeout(trap: String) throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture()
    fixture.output.timeout = Timeout(seconds: 0.2)
    let start = ContinuousClock.now
    #expect(throws: TimedOut(seconds: 0.2)) {
      try fixture.output.status(
        of: "\(trap)sleep 60 & echo $! >\(folder.path)/child; echo said; wait; sleep 60", input: [])
    }
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(fixture.text == "said\n")
    let child = try #require(pid_t(try folder.text(of: "child").dropLast()))
    #expect(eventually { Self.hasEnded(child) })
    // The timeout has expired for later commands too.
    #expect(throws: TimedOut.self) { try fixture.output.status(of: "sleep 60", input: []) }
    #expect(throws: TimedOut.self) {
      try fixture.output.withSink(.pipe("sleep 60")) { fixture.output.line("a") }
    }
    fixture.output.timeout = nil
    #expect(try fixture.output.status(of: "exit 3", input: []) == 3)
  }

  /// Whether a process has ended, except for its entry, which may wait for init.
  private static func hasEnded(_ process: pid_t) -> Bool {
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state?.contains(") Z ") ?? true
  }

  @Test func nothingIsStartedAtTheEnd() throws {
    let signals = try FakeSignals()
    let fixture = OutputFixture(signals: signals.signals)
    signals.raise(.hangUp)
    try pipe(fixture, "echo started", ["a"])
    #expect(fixture.text == "")
  }

  // MARK: Files

  @Test func aFileGetsTheAnswer() throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture()
    let path = folder.path + "/answer"
    for (text, append) in [("one", false), ("two", false), ("three", true)] as [(String, Bool)] {
      try fixture.output.withSink(.file(path, append: append)) {
        fixture.output.line(text)
        fixture.output.console(Array("console\n".utf8))
      }
    }
    #expect(try folder.text(of: "answer") == "two\nthree\n")
    #expect(fixture.text == "guest| console\nguest| console\nguest| console\n")
  }

  @Test func aFileThatCannotBeOpenedRunsNothing() throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture()
    mkfifo(folder.path + "/pipe", 0o600)
    for (path, reason) in [
      ("/nowhere/file", "No such file or directory"), (folder.path, "Is a directory"),
      (folder.path + "/pipe", "no program reads it yet"),
    ] {
      var hasRun = false
      let error = #expect(throws: OutputError.self) {
        try fixture.output.withSink(.file(path, append: false)) { hasRun = true }
      }
      #expect(error?.description == "cannot write to \(path): \(reason)")
      #expect(!hasRun)
    }
  }

  @Test func aFullDiskIsTold() throws {
    let fixture = OutputFixture()
    let error = #expect(throws: OutputError.self) {
      try fixture.output.withSink(.file("/dev/full", append: false)) { fixture.output.line("a") }
    }
    #expect(error?.description == "cannot write to /dev/full: No space left on device")
    fixture.output.line("after")
    #expect(fixture.text == "after\n")
  }

  // MARK: Pages

  private func terminal(pager: String?) -> OutputTraits {
    var traits = OutputTraits()
    traits.isTerminal = true
    // Without a terminal there is no pager.
    traits.keyboard = -1
    traits.pager = pager
    traits.size = { (rows: 4, columns: 10) }
    return traits
  }

  @Test func whatIsHigherThanTheTerminalIsPaged() {
    let fixture = OutputFixture(terminal(pager: "sed 's/^/page: /'"))
    fixture.output.answer(["1", "2", "3"])
    #expect(fixture.text == "1\n2\n3\n")
    fixture.output.answer(["1", "2", "3", "4"])
    #expect(fixture.text == "1\n2\n3\npage: 1\npage: 2\npage: 3\npage: 4\n")
    // Stops and other events aren't answers.
    fixture.output.lines(["1", "2", "3", "4"])
    #expect(fixture.text.hasSuffix("page: 4\n1\n2\n3\n4\n"))
  }

  @Test func aLineMayTakeSeveralRows() {
    #expect(Output.rowCount(of: [""], columns: 10) == 1)
    #expect(Output.rowCount(of: ["0123456789", "0123456789a"], columns: 10) == 3)
    #expect(Output.rowCount(of: ["a\tb"], columns: 8) == 2)
    #expect(Output.rowCount(of: ["a\tb"], columns: 9) == 1)
  }

  @Test func nothingIsPagedForNobody() throws {
    let lines: [Line] = ["1", "2", "3", "4"]
    let text = lines.plain
    var traits = terminal(pager: "echo paged")
    traits.keyboard = nil
    var fixture = OutputFixture(traits)
    fixture.output.answer(lines)
    #expect(fixture.text == text)
    fixture = OutputFixture(terminal(pager: nil))
    fixture.output.answer(lines)
    #expect(fixture.text == text)
    fixture = OutputFixture(terminal(pager: "echo paged"))
    fixture.output.isPaged = false
    fixture.output.answer(lines)
    #expect(fixture.text == text)
    fixture = OutputFixture(terminal(pager: "echo paged"))
    try fixture.output.withSink(.pipe("cat")) { fixture.output.answer(lines) }
    #expect(fixture.text == text)
  }

  /// The text is still shown.
  @Test func aPagerThatIsNotThereIsToldOnce() {
    let fixture = OutputFixture(terminal(pager: "no-such-pager 2>/dev/null"))
    fixture.output.answer(["1", "2", "3", "4"])
    fixture.output.answer(["5", "6", "7", "8"])
    #expect(fixture.text == "1\n2\n3\n4\n5\n6\n7\n8\n")
    #expect(
      fixture.errors
        == "warning: the pager 'no-such-pager 2>/dev/null' cannot be run: see PAGER\n")
  }

  @Test func whatIsPagedIsLogged() throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture(terminal(pager: "head -n 1"))
    try fixture.output.log(to: folder.path + "/log")
    fixture.output.answer(["1", "2", "3", "4"])
    #expect(fixture.text == "1\n")
    #expect(try folder.text(of: "log") == "1\n2\n3\n4\n")
  }
}

/// Raises a signal on a separate thread, once a file has a line, and again until it has taken effect: `sh` may lose
/// one while it starts a command.
private final class Raiser: @unchecked Sendable {
  private let signal: Signals.Signal
  private let signals: FakeSignals
  private let path: String
  private let isOver = Atomic(false)
  private var thread = pthread_t()

  init(_ signal: Signals.Signal, _ signals: FakeSignals, once path: String) {
    self.signal = signal
    self.signals = signals
    self.path = path
    pthread_create(
      &thread, nil,
      { argument in
        let raiser = Unmanaged<Raiser>.fromOpaque(argument!).takeUnretainedValue()
        // Without it the signal comes too early, and the test fails.
        _ = eventually {
          var information = stat()
          return stat(raiser.path, &information) == 0 && information.st_size > 0
        }
        while !raiser.isOver.load(ordering: .relaxed) {
          raiser.signals.raise(raiser.signal)
          usleep(20_000)
        }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func join() {
    isOver.store(true, ordering: .relaxed)
    pthread_join(thread, nil)
  }
}
