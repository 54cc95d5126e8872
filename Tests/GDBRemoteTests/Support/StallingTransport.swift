@testable import GDBRemote

/// A stub that is suspended for a time, like QEMU after SIGSTOP: what is sent waits, and is answered later. Time
/// passes only while waiting.
final class StallingTransport: Transport {
  let fileDescriptor: Int32 = -1
  let peerDescription = "the fake"
  private(set) var now = ContinuousClock.now

  let stub: FakeStub
  private var held: [[UInt8]] = []
  /// Whether the stub is suspended.
  private(set) var isStalled = false
  private(set) var isClosed = false

  init(_ stub: FakeStub) { self.stub = stub }

  func stall() { isStalled = true }

  /// Makes the stub continue with what was sent meanwhile.
  func goOn() throws {
    isStalled = false
    for bytes in held { try stub.write(bytes, deadline: now) }
    held = []
  }

  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    isStalled ? .nothing : try stub.readAvailable(into: &buffer)
  }

  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    if !isStalled, try stub.waitUntilReadable(deadline: deadline) { return true }
    now = max(now, deadline)
    return false
  }

  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    if isStalled { held.append(bytes) } else { try stub.write(bytes, deadline: deadline) }
  }

  func close() { isClosed = true }
}
