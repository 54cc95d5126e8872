import Testing

@testable import GDBRemote

/// A request to stop that the stub no longer reads.
@Suite struct LateInterruptTests {
  private func running() throws -> (RemoteTarget, FakeStub) {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    _ = try target.resume(.continue(), after: [])
    return (target, stub)
  }

  /// The stub reported the target's end and closed the connection before the request came.
  @Test func theEndOfTheTargetIsReportedAllTheSame() throws {
    let (target, stub) = try running()
    stub.send("W00")
    stub.close()
    try target.interrupt()
    #expect(try target.poll() == .exited(status: 0, process: nil))
  }

  /// Without a report it is the connection's end, at the next read.
  @Test func withoutAReportTheConnectionIsLost() throws {
    let (target, stub) = try running()
    stub.close()
    try target.interrupt()
    #expect(remoteError { _ = try target.poll() }?.code == .connectionClosed)
  }
}
