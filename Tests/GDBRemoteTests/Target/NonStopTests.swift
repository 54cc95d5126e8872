import Testing

@testable import GDBRemote

/// Threads that stop one by one.
struct NonStopTests {
  static let first = ThreadID(process: 1, thread: 1)
  static let second = ThreadID(process: 1, thread: 2)

  private func stub() -> FakeStub {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.answers["QNonStop:1"] = "OK"
    stub.answers["QNonStop:0"] = "OK"
    stub.answers["vStopped"] = "OK"
    stub.respond = { $0.hasPrefix("vCont;") ? ["OK"] : nil }
    return stub
  }

  private func notify(_ payload: String, _ stub: FakeStub) {
    var frame = PacketEncoder.frame(Array(payload.utf8))
    frame[0] = UInt8(ascii: "%")
    stub.sendRaw(frame)
  }

  @Test func stopsAreNotifiedWhileRequestsAreAnswered() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    try target.setNonStop(true)
    #expect(target.isNonStop)
    try target.resume(.threads([.init(.continue, Self.first)]))
    #expect(stub.packets.last == "vCont;c:p1.1")
    // The target can be asked.
    _ = try target.readGeneralRegisters()
    #expect(try target.poll() == nil)

    // Two threads stop: one is notified, the other is asked for.
    var more = ["T05thread:p1.2;", "OK"]
    stub.respond = { $0 == "vStopped" ? [more.removeFirst()] : nil }
    notify("Stop:T05thread:p1.1;", stub)
    #expect(try target.waitForStop(timeout: .seconds(5)).thread == Self.first)
    #expect(target.selectedThread == Self.first)
    #expect(try target.waitForStop(timeout: .seconds(5)).thread == Self.second)
    #expect(more.isEmpty)
    #expect(try target.poll() == nil)
    #expect(remoteError { _ = try target.waitForStop(timeout: .zero) }?.code == .timeout)
  }

  @Test func aNotificationInTheMiddleOfAnAnswerIsKept() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    try target.setNonStop(true)
    try target.resume(.continue())
    notify("Stop:T02thread:p1.2;", stub)
    stub.general[1] = 7
    #expect(try target.readInteger("x1") == 7)
    #expect(try target.poll()?.thread == Self.second)
    #expect(try target.poll() == nil)
  }

  @Test func threadsAreStopped() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    try target.setNonStop(true)
    try target.resume(.threads([.init(.stop, Self.second)]))
    #expect(stub.packets.last == "vCont;t:p1.2")
    try target.interrupt()
    #expect(stub.packets.last == "vCont;t")
    try target.setNonStop(false)
    #expect(stub.packets.last == "QNonStop:0")
    #expect(!target.isNonStop)
  }

  @Test func aRefusedRunIsAnError() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    try target.setNonStop(true)
    stub.respond = { $0.hasPrefix("vCont;") ? ["E01"] : nil }
    #expect(remoteError { try target.resume(.continue()) }?.code == .stubError(1))
    #expect(target.stop != nil)
  }

  @Test func notEveryStubHasIt() throws {
    #expect(
      remoteError { try RemoteTarget(transport: FakeStub()).setNonStop(true) }?.code
        == .unsupported)
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.answers["QNonStop:1"] = "E.no"
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { try target.setNonStop(true) }?.code == .stubError(nil))
    #expect(!target.isNonStop)
  }

  /// In all-stop mode a notification means nothing.
  @Test func notificationsWithoutTheModeAreIgnored() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    notify("Stop:T05thread:p1.2;", stub)
    notify("Unknown:1", stub)
    #expect(try target.poll() == nil)
    #expect(target.stop == target.initialStop)
  }
}
