import Glibc
import Testing

@testable import vcpu_shell

@Suite final class StreamWriterTests {
  private let fake: FakeSignals
  private var ends: [Int32] = [-1, -1]
  private let much = [UInt8](repeating: 0x61, count: 1 << 20)

  init() throws {
    fake = try FakeSignals()
    try #require(pipe(&ends) == 0)
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { for descriptor in ends where descriptor >= 0 { close(descriptor) } }

  @Test func aReaderThatDoesNotReadIsLeft() {
    fake.raise(.interrupt)
    #expect(
      StreamWriter(signals: fake.signals).write(much, to: ends[1]) == .dropped(isWithinLine: true))
    // The part that fits into the pipe was written.
    var buffer = [UInt8](repeating: 0, count: 4096)
    #expect(read(ends[0], &buffer, buffer.count) == 4096)
    // The interrupt is still pending for the loop that handles it.
    #expect(fake.signals.next() == .interrupt)
  }

  /// A pipe never gets part of a line that fits into it.
  @Test func linesAreWrittenWholeOrNotAtAll() {
    fake.raise(.terminate)
    for length in [1, 80, 100, 4095, 4096] {
      let line = [UInt8](repeating: 0x61, count: length - 1) + [0x0a]
      let lines = [[UInt8]](repeating: line, count: (1 << 18) / length).flatMap { $0 }
      #expect(
        StreamWriter(signals: fake.signals).write(lines, to: ends[1])
          == .dropped(isWithinLine: false))
      let text = takeAll()
      #expect(!text.isEmpty && text.count % length == 0 && text.last == 0x0a, "\(length)")
    }
  }

  /// The rest of a longer line is written if its reader continues.
  @Test func aLineThatHasBegunIsFinishedIfItCanBe() {
    let line = [UInt8](repeating: 0x61, count: 100_000) + [0x0a]
    fake.raise(.terminate)
    let thread = Reader(ends[0], after: 50_000)
    #expect(StreamWriter(signals: fake.signals).write(line, to: ends[1]) == .written)
    close(ends[1])
    ends[1] = -1
    #expect(thread.join() == line.count)
  }

  /// The pipe's contents.
  private func takeAll() -> [UInt8] {
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = read(ends[0], &buffer, buffer.count), count > 0 {
      all += buffer[..<count]
    }
    return all
  }

  @Test func aSignalDropsNothingWhereThereIsRoom() {
    fake.raise(.terminate)
    #expect(StreamWriter(signals: fake.signals).write(Array(much[..<100]), to: ends[1]) == .written)
  }

  @Test func patienceEnds() {
    let writer = StreamWriter(signals: fake.signals)
    fake.raise(.windowChange)
    let start = ContinuousClock.now
    #expect(
      writer.write(much, to: ends[1], patience: .milliseconds(50)) == .dropped(isWithinLine: true))
    let time = ContinuousClock.now - start
    #expect(time >= .milliseconds(50) && time < .seconds(5))
  }

  @Test func otherSignalsEndNoWait() throws {
    fake.raise(.windowChange)
    let reader = ends[0]
    let thread = Reader(reader)
    #expect(StreamWriter(signals: fake.signals).write(much, to: ends[1]) == .written)
    close(ends[1])
    ends[1] = -1
    #expect(thread.join() == much.count)
  }

  @Test func whyItFailsIsTold() {
    close(ends[0])
    ends[0] = -1
    #expect(StreamWriter(signals: nil).write([1], to: ends[1]) == .failed(EPIPE))
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    #expect(StreamWriter(signals: nil).write([1], to: full) == .failed(ENOSPC))
  }
}

/// Reads a descriptor to its end on a separate thread.
private final class Reader: @unchecked Sendable {
  private let descriptor: Int32
  private var count = 0
  private let pause: useconds_t
  private var thread = pthread_t()

  /// - Parameter pause: how many microseconds it waits first.
  init(_ descriptor: Int32, after pause: useconds_t = 0) {
    self.descriptor = descriptor
    self.pause = pause
    pthread_create(
      &thread, nil,
      { argument in
        let reader = Unmanaged<Reader>.fromOpaque(argument!).takeUnretainedValue()
        var buffer = [UInt8](repeating: 0, count: 65536)
        usleep(reader.pause)
        while true {
          let count = read(reader.descriptor, &buffer, buffer.count)
          guard count > 0 else { return nil }
          reader.count += count
        }
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func join() -> Int {
    pthread_join(thread, nil)
    return count
  }
}
