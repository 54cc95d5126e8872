import Glibc
import Testing

@testable import vcpu_shell

@Suite final class PollerTests {
  let readEnd: Int32
  var writeEnd: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    if writeEnd >= 0 { close(writeEnd) }
  }

  private func ready(
    _ descriptor: Int32, read: Bool = false, write: Bool = false, hungUp: Bool = false
  ) -> Poller.Ready {
    Poller.Ready(descriptor: descriptor, isReadable: read, isWritable: write, isHungUp: hungUp)
  }

  @Test func aDeadlineInThePastReturnsAtOnce() throws {
    var poller = Poller()
    poller.register(readEnd)
    #expect(try poller.wait(until: .now - .seconds(1)) == [])
  }

  @Test func aDeadlineIsReached() throws {
    var poller = Poller()
    poller.register(readEnd)
    let deadline = ContinuousClock.now + .milliseconds(5)
    #expect(try poller.wait(until: deadline) == [])
    #expect(ContinuousClock.now >= deadline)
  }

  @Test func bytesMakeADescriptorReadable() throws {
    var poller = Poller()
    poller.register(readEnd)
    poller.register(writeEnd, for: .writable)
    #expect(try poller.wait() == [ready(writeEnd, write: true)])
    #expect(write(writeEnd, "x", 1) == 1)
    #expect(try poller.wait() == [ready(readEnd, read: true), ready(writeEnd, write: true)])
  }

  @Test func registeringAgainReplaces() throws {
    var poller = Poller()
    poller.register(writeEnd, for: .writable)
    poller.register(writeEnd, for: [])
    #expect(try poller.wait(until: .now) == [])
    poller.register(writeEnd, for: .writable)
    poller.unregister(writeEnd)
    #expect(try poller.wait(until: .now) == [])
  }

  @Test func theEndIsReadable() throws {
    var poller = Poller()
    poller.register(readEnd)
    close(writeEnd)
    writeEnd = -1
    #expect(try poller.wait() == [ready(readEnd, read: true, hungUp: true)])
  }

  /// The reader of a pipe disconnects: that is noticed without a write.
  @Test func theEndOfAReaderIsSeen() throws {
    #expect(!Poller.isHungUp(writeEnd))
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[1]) }
    close(ends[0])
    #expect(Poller.isHungUp(ends[1]))
    var poller = Poller()
    poller.register(ends[1], for: .hangUp)
    #expect(try poller.wait().map(\.isHungUp) == [true])
  }

  @Test func aClosedDescriptorIsAnError() throws {
    var poller = Poller()
    // No process has this many open.
    poller.register(.max)
    #expect(throws: SystemCallError(call: "poll of descriptor \(Int32.max)", code: EBADF)) {
      try poller.wait()
    }
  }

  @Test(
    arguments: [
      (.zero, 0), (.milliseconds(-5), 0), (.nanoseconds(1), 1), (.milliseconds(1), 1),
      (.microseconds(1001), 2), (.seconds(2), 2000), (.seconds(2_147_482), 2_147_482_000),
      (.seconds(1 << 40), .max),
    ] as [(Duration, Int32)])
  func timeoutsAreRoundedUp(duration: Duration, milliseconds: Int32) {
    let now = ContinuousClock.now
    #expect(Poller.milliseconds(from: now, to: now + duration) == milliseconds)
  }
}
