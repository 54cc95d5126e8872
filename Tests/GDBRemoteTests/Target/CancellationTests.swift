import Testing

@testable import GDBRemote

/// A cancelled wait, and a stub that answers after all.
@Suite final class CancellationTests {
  private let stub = FakeStub()
  private let transport: StallingTransport
  private var isCancelled = false

  init() {
    stub.fill(0x1000..<0x1100)
    transport = StallingTransport(stub)
  }

  private func target() throws -> RemoteTarget {
    try RemoteTarget(transport: transport, isCancelled: { [unowned self] in isCancelled })
  }

  @Test func aWaitIsGivenUpWithinATenthOfASecond() throws {
    let target = try target()
    transport.stall()
    isCancelled = true
    let start = transport.now
    #expect(
      remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 4) }?.code == .cancelled)
    #expect(transport.now - start <= .milliseconds(100))
    #expect(target.state != .disconnected)
  }

  /// However often it was asked meanwhile, the answer belongs to the last request.
  @Test(arguments: 0...4)
  func lateAnswersAreDropped(attempts: Int) throws {
    let target = try target()
    transport.stall()
    isCancelled = true
    for attempt in 0..<attempts {
      let address = 0x1000 + UInt64(attempt) * 16
      #expect(
        remoteError { _ = try target.readMemory(at: address, byteCount: 4) }?.code == .cancelled)
    }
    isCancelled = false
    try transport.goOn()
    for address in [UInt64(0x1040), 0x1050, 0x1060] {
      let bytes = try target.readMemory(at: address, byteCount: 4)
      #expect(bytes == (0..<4).map { stub.memory[address + $0] ?? 0 })
    }
  }

  /// A stub that is silent for longer than an answer may take isn't lost because of that.
  @Test func aStubThatStandsStillIsNotLost() throws {
    let target = try target()
    transport.stall()
    for _ in 0..<3 {
      #expect(
        remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 4) }?.code == .timeout)
    }
    try transport.goOn()
    #expect(try target.readMemory(at: 0x1010, byteCount: 1) == [stub.memory[0x1010]])
  }

  @Test func theMemoryModeIsSetBackLater() throws {
    let target = try target()
    isCancelled = true
    #expect(
      remoteError {
        try target.physicalMemory {
          transport.stall()
          _ = try target.readMemory(at: 0x1000, byteCount: 4)
        }
      }?.code == .cancelled)
    isCancelled = false
    try transport.goOn()
    #expect(stub.physicalMode)
    _ = try target.readMemory(at: 0x1000, byteCount: 4)
    #expect(!stub.physicalMode)
  }

  /// With a stub that answers immediately nothing is abandoned halfway, in particular not what
  /// restores something.
  @Test func anExchangeThatIsAnsweredAtOnceIsNotGivenUp() throws {
    let target = try target()
    isCancelled = true
    #expect(try target.readMemory(at: 0x1000, byteCount: 4).count == 4)
  }

  /// A long call ends between two of its writes, when nothing is under way.
  @Test func aLongCallEnds() throws {
    stub.fill(0x10000..<0x30000)
    let target = try target()
    isCancelled = true
    let count = stub.packets.count
    #expect(
      remoteError { _ = try target.readMemory(at: 0x10000, byteCount: 0x20000) }?.code
        == .cancelled)
    #expect(stub.packets.count - count < 64)
    isCancelled = false
    #expect(try target.readMemory(at: 0x10000, byteCount: 1) == [stub.memory[0x10000]])
  }
}
