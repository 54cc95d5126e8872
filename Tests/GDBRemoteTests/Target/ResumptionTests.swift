import Testing

@testable import GDBRemote

/// The packets that resume a target, with stubs that support different ones.
struct ResumptionTests {
  static let first = ThreadID(process: 1, thread: 1)
  static let second = ThreadID(process: 1, thread: 2)

  private func packets(
    _ action: ResumeAction, _ actions: String = "vCont;c;C;t;s;S;r"
  ) throws -> [String] {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures, actions: actions)
    stub.respond = { $0.hasPrefix("vCont;") ? ["T05thread:p1.1;"] : nil }
    let target = try RemoteTarget(transport: stub)
    let count = stub.packets.count
    try target.resume(action)
    return Array(stub.packets[count...])
  }

  @Test func withActions() throws {
    #expect(try packets(.continue()) == ["vCont;c"])
    #expect(try packets(.step()) == ["vCont;s:p1.1"])
    #expect(try packets(.step(Self.second)) == ["vCont;s:p1.2"])
    #expect(
      try packets(.threads([.init(.step, Self.first), .init(.continue)])) == ["vCont;s:p1.1;c"])
    #expect(
      try packets(.threads([.init(.continueWithSignal(30), Self.second), .init(.continue)]))
        == ["vCont;C1e:p1.2;c"])
    #expect(
      try packets(.threads([.init(.stepWithSignal(5), Self.first)])) == ["vCont;S05:p1.1"])
    #expect(
      try packets(.threads([.init(.stepRange(0x1000..<0x1020), Self.first)]))
        == ["vCont;r1000,1020:p1.1"])
  }

  @Test func withoutRangesAThreadSteps() throws {
    #expect(
      try packets(.threads([.init(.stepRange(0..<8), Self.first)]), "vCont;c;C;s;S")
        == ["vCont;s:p1.1"])
  }

  @Test func withoutActionsThereAreTheOldPackets() throws {
    #expect(try packets(.continue(), "") == ["Hc-1", "c"])
    #expect(try packets(.step(Self.second), "") == ["Hcp1.2", "s"])
    #expect(
      try packets(.threads([.init(.continueWithSignal(2), Self.second)]), "") == ["Hcp1.2", "C02"])
    #expect(try packets(.threads([.init(.continueWithSignal(2))]), "") == ["Hc-1", "C02"])
    #expect(
      try packets(.threads([.init(.stepWithSignal(17), Self.first)]), "vCont;c")
        == ["Hcp1.1", "S11"])
    #expect(
      try packets(.threads([.init(.step, Self.first), .init(.continue)]), "") == ["Hcp1.1", "s"])
    #expect(try packets(.threads([.init(.stepRange(0..<8))]), "") == ["Hcp1.1", "s"])
  }

  @Test func whatAStubCannotDoIsRefused() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures, actions: "")
    let target = try RemoteTarget(transport: stub)
    let count = stub.packets.count
    for action in [
      ResumeAction.threads([]), .threads([.init(.step, Self.first), .init(.step, Self.second)]),
      .threads([.init(.stop, Self.first)]), .reverseStep,
    ] {
      #expect(remoteError { try target.resume(action) }?.code == .unsupported, "\(action)")
    }
    #expect(stub.packets.count == count)
    #expect(target.state == .stopped(target.initialStop))
  }

  @Test func continuingAtAnAddressWritesThePC() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400;qXfer:features:read+")
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue(at: 0x4ff0))
    #expect(stub.packets.contains("P20=f04f000000000000"))
    #expect(stub.packets.last == "vCont;c")
  }

  @Test func stepsInARangeEndOutsideOfIt() throws {
    let stub = FakeStub()
    stub.pc = 0x1000
    let target = try RemoteTarget(transport: stub)
    _ = try target.step(in: 0x1000..<0x1010, timeout: .seconds(5))
    #expect(stub.pc == 0x1010)
    try target.insertBreakpoint(.hardware, at: 0x1018)
    _ = try target.step(in: 0x1010..<0x1020, timeout: .seconds(5))
    #expect(stub.pc == 0x1018)
  }

  @Test func stepsInARangeEndWithTheTarget() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures + ";qXfer:features:read+")
    stub.respond = { $0.hasPrefix("vCont;r") ? ["W05;process:1"] : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(
      try target.step(in: 0..<0x1000, timeout: .seconds(5)) == .exited(status: 5, process: 1))
    #expect(target.state == .ended(.exited(status: 5, process: 1)))
  }

  /// Only QEMU's steps leave a breakpoint by themselves.
  @Test func otherStubsBreakpointsAreTakenAwayForAStep() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400;qXfer:features:read+;swbreak+")
    stub.pc = 0x1000
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.software, at: 0x1000)
    let count = stub.packets.count
    _ = try target.stepPastBreakpoint(timeout: .seconds(5))
    #expect(stub.pc == 0x1004)
    #expect(
      stub.packets[count...].filter { !$0.hasPrefix("p") && !$0.hasPrefix("H") }
        == ["z0,1000,4", "vCont;s:p1.1", "Z0,1000,4"])

    let qemu = FakeStub()
    qemu.pc = 0x1000
    let other = try RemoteTarget(transport: qemu)
    try other.insertBreakpoint(.software, at: 0x1000)
    let before = qemu.packets.count
    _ = try other.stepPastBreakpoint(timeout: .seconds(5))
    #expect(qemu.packets[before...] == ["vCont;s:p1.1"])
  }
}
