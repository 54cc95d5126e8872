import Testing

@testable import GDBRemote

/// What a client may rely on if an answer was lost, or if something else came instead.
struct LostAnswerTests {
  private let first = ThreadID(process: 1, thread: 1)
  private let second = ThreadID(process: 1, thread: 2)

  /// A stop of another thread arrives while the first is being selected.
  @Test func theSelectionIsOfTheThreadThatWasAskedFor() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    let target = try RemoteTarget(transport: stub)
    stub.respond = { $0 == "Hgp1.1" ? ["T02thread:p1.2;", "OK"] : nil }
    _ = try target.readGeneralRegisters()
    #expect(target.selectedThread == second)
    stub.respond = nil
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp1.2", "g"])
  }

  @Test func afterALostSelectionTheStubIsTurnedAgain() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    let target = try RemoteTarget(transport: stub)
    _ = try target.readGeneralRegisters()
    stub.respond = { $0 == "Hgp1.2" ? [] : nil }
    #expect(remoteError { try target.select(second) }?.code == .timeout)
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp1.1", "g"])
  }

  @Test func afterALostSwitchTheMemoryModeIsSetAgain() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1010)
    let target = try RemoteTarget(transport: stub)
    stub.respond = { $0 == "Qqemu.PhyMemMode:1" ? [] : nil }
    #expect(throws: RemoteError.self) { try target.physicalMemory {} }
    stub.physicalMode = true
    stub.respond = nil
    _ = try target.readMemory(at: 0x1000, byteCount: 4)
    #expect(!stub.physicalMode)
  }

  @Test func outputIsNoAnswer() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.fill(0x1000..<0x1010)
    let target = try RemoteTarget(transport: stub)
    stub.respond = { $0 == "m1000,2" ? ["O6869", "0001"] : nil }
    #expect(try target.readMemory(at: 0x1000, byteCount: 2) == [0, 1])
    #expect(target.takeConsoleOutput() == Array("hi".utf8))
  }

  @Test func aBreakpointWhoseAnswerWasLostDoesNotStay() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    stub.respond = { packet in
      guard packet == "Z1,1010,4" else { return nil }
      stub.breakpoints.append(.init(.software, at: 0x1010))
      return []
    }
    #expect(remoteError { try target.insertBreakpoint(.hardware, at: 0x1010) }?.code == .timeout)
    stub.respond = nil
    try target.insertBreakpoint(.hardware, at: 0x1010)
    #expect(stub.breakpoints.count == 1)
    try target.removeBreakpoint(.hardware, at: 0x1010)
    #expect(stub.breakpoints.isEmpty)
  }

  /// The stub has removed it, and refuses to do so again.
  @Test func aRemovalWhoseAnswerWasLostCanBeRepeated() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.software, at: 0x1010)
    stub.respond = { packet in
      guard packet == "z0,1010,4" else { return nil }
      stub.breakpoints = []
      return []
    }
    #expect(remoteError { try target.removeBreakpoint(.software, at: 0x1010) }?.code == .timeout)
    stub.respond = { $0 == "z0,1010,4" ? ["E22"] : nil }
    try target.removeBreakpoint(.software, at: 0x1010)
    #expect(target.insertedBreakpoints.isEmpty)
    // What is known to be inserted must be removed, or it is an error.
    stub.respond = nil
    try target.insertBreakpoint(.software, at: 0x1010)
    stub.respond = { $0 == "z0,1010,4" ? ["E22"] : nil }
    #expect(
      remoteError { try target.removeBreakpoint(.software, at: 0x1010) }?.code == .stubError(0x22))
  }

  /// It is no longer wanted when the target runs.
  @Test func anInsertionThatWasGivenUpIsTakenBackBeforeARun() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    stub.respond = { packet in
      guard packet == "Z0,1010,4" else { return nil }
      stub.breakpoints.append(.init(.software, at: 0x1010))
      return []
    }
    #expect(remoteError { try target.insertBreakpoint(.software, at: 0x1010) }?.code == .timeout)
    stub.respond = nil
    try target.resume(.continue())
    #expect(stub.breakpoints.isEmpty)
  }

  @Test func aRefusedStepPutsBreakpointsBack() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400;qXfer:features:read+;swbreak+")
    stub.pc = 0x1000
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.software, at: 0x1000)
    stub.respond = { $0.hasPrefix("vCont;s") ? ["E01"] : nil }
    #expect(
      remoteError { _ = try target.stepPastBreakpoint(timeout: .seconds(5)) }?.code
        == .stubError(1))
    #expect(stub.breakpoints.count == 1)
    #expect(target.insertedBreakpoints.count == 1)
  }

  /// Nothing is written to a thread that could not be selected.
  @Test func aThreadThatIsGoneIsNotWrittenTo() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.fill(0x1000..<0x1010)
    let target = try RemoteTarget(transport: stub)
    stub.respond = { $0.hasPrefix("Hg") || $0.hasPrefix("T") ? ["E01"] : nil }
    #expect(throws: RemoteError.self) { try target.writeMemory(at: 0x1000, [1]) }
    #expect(!stub.packets.contains { $0.hasPrefix("M") })
  }

  @Test func aFloodOfNotificationsIsNoAnswer() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.answers["QNonStop:1"] = "OK"
    let target = try RemoteTarget(transport: stub, timeout: .seconds(1))
    try target.setNonStop(true)
    stub.answerTime = .milliseconds(100)
    var frame = PacketEncoder.frame(Array("Stop:T05thread:p1.1;".utf8))
    frame[0] = UInt8(ascii: "%")
    stub.flood = frame
    stub.respond = { $0 == "g" ? [] : nil }
    let start = stub.now
    #expect(remoteError { _ = try target.readGeneralRegisters() }?.code == .timeout)
    #expect(stub.now - start < .seconds(3))
  }

  @Test func bigEndianNumbersAreTurned() throws {
    let stub = FakeStub()
    stub.general[3] = 0x0102_0304_0506_0708
    let target = try RemoteTarget(transport: stub)
    target.byteOrder = .big
    #expect(try target.readInteger("x3") == 0x0807_0605_0403_0201)
    try target.writeInteger("x3", 0x11)
    #expect(stub.general[3] == 0x1100_0000_0000_0000)
    #expect(try target.readGeneralRegisters()["x3"] == 0x11)
  }
}
