import GDBRemote
import Glibc
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The reader of standard output disconnects while nothing is printed: the shell ends as if a write had failed.
@Suite final class LostReaderTests {
  private let signals: FakeSignals
  private let target: FakeTarget
  private let shell: Shell
  private let loop: SessionLoop
  private let printed = Printed()

  private final class Printed {
    var text = ""
    /// The read end of standard output; -1 once it is closed.
    var readEnd: Int32 = -1
    var writeEnd: Int32 = -1

    func loseReader() {
      if readEnd >= 0 { close(readEnd) }
      readEnd = -1
    }

    deinit {
      loseReader()
      close(writeEnd)
    }
  }

  init() throws {
    signals = try FakeSignals()
    target = try FakeTarget.booted()
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    (printed.readEnd, printed.writeEnd) = (ends[0], ends[1])
    var traits = OutputTraits()
    traits.reader = ends[1]
    let output = Output(traits: traits) { [printed] bytes, _ in
      printed.text += String(decoding: bytes, as: UTF8.self)
      return .written
    }
    shell = try Shell(
      output: output, renderer: TextRenderer(output), signals: signals.signals,
      console: ConsoleSink(path: nil))
    loop = SessionLoop(shell)
    shell.session = try .fake(target)
  }

  private func expectTheEnd() {
    #expect(shell.isDone && shell.isReaderGone)
    #expect(shell.status == .commandFailed)
    #expect(printed.text == "")
  }

  @Test func whileTheTargetRuns() {
    target.script = [
      .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) }
    ]
    printed.loseReader()
    loop.execute("continue")
    expectTheEnd()
    #expect(!target.takeTrace().contains("^C"))
  }

  @Test func whileAnAnswerIsAwaited() {
    target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [running]"))
    target.onSelection = { [shell, printed] _, _ throws(RemoteError) in
      printed.loseReader()
      throw RemoteError(eventually { shell.isWaitOver } ? .cancelled : .timeout, "nothing came")
    }
    loop.execute("thread 2")
    expectTheEnd()
  }

  @Test func whileAClientIsAwaited() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { close(ends[1]) }
    let lines = try InputLines(path: "/dev/fd/\(ends[0])")
    close(ends[0])
    printed.loseReader()
    try JSONClient(loop, JSONRenderer(shell.output), lines: lines).serve()
    expectTheEnd()
  }

  /// A file, a terminal and /dev/null have no reader that can disconnect.
  @Test func whatHasAReader() throws {
    #expect(OutputTraits.hasReader(printed.writeEnd))
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[1]) }
    #expect(OutputTraits.hasReader(ends[1]) && !Poller.isHungUp(ends[1]))
    close(ends[0])
    #expect(Poller.isHungUp(ends[1]))
    let null = open("/dev/null", O_WRONLY)
    defer { close(null) }
    #expect(!OutputTraits.hasReader(null))
  }
}
