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
    #expect(StreamWriter(signals: fake.signals).write(much, to: ends[1]) == .dropped)
    // What the pipe has room for was written.
    var buffer = [UInt8](repeating: 0, count: 4096)
    #expect(read(ends[0], &buffer, buffer.count) == 4096)
    // The interrupt is still there for the loop that answers it.
    #expect(fake.signals.next() == .interrupt)
  }

  @Test func aSignalDropsNothingWhereThereIsRoom() {
    fake.raise(.terminate)
    #expect(StreamWriter(signals: fake.signals).write(Array(much[..<100]), to: ends[1]) == .written)
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

/// Reads a descriptor to its end on a thread of its own.
private final class Reader: @unchecked Sendable {
  private let descriptor: Int32
  private var count = 0
  private var thread = pthread_t()

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    pthread_create(
      &thread, nil,
      { argument in
        let reader = Unmanaged<Reader>.fromOpaque(argument!).takeUnretainedValue()
        var buffer = [UInt8](repeating: 0, count: 65536)
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
