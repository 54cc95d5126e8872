import Testing

@testable import GDBRemote

struct RemoteTargetTests {
  private func plainStub() -> FakeStub {
    let stub = FakeStub()
    stub.kind = .plain
    stub.features = "PacketSize=400;qXfer:features:read+"
    return stub
  }

  @Test func aBatchIsOneWriteWithQEMU() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1100)
    let target = try RemoteTarget(transport: stub)
    let esr = try target.register(named: "ESR_EL2")
    let x0 = try target.register(named: "x0")
    // A write must go to the right thread, so it is selected first.
    _ = try target.readInteger("x0")
    let count = stub.writes.count
    let responses = try target.batch([
      .generalRegisters, .memory(at: 0x1000, byteCount: 0x100), .register(esr),
      .memory(at: 0x8000, byteCount: 4), .writeMemory(at: 0x1000, [9]),
      .writeRegister(x0, [1, 0, 0, 0, 0, 0, 0, 0]), .register(x0),
    ])
    #expect(stub.writes.count == count + 1)
    #expect(try responses[0].generalRegisters()["cpsr"] == 0x3c9)
    #expect(try responses[1].bytes().count == 0x100)
    #expect(try responses[2].bytes() == [0, 0, 0, 0x56, 0, 0, 0, 0])
    #expect(remoteError { _ = try responses[3].bytes() }?.code == .memoryUnreadable)
    #expect(responses[4] == .done)
    #expect(responses[5] == .done)
    #expect(try responses[6].bytes() == [1, 0, 0, 0, 0, 0, 0, 0])
    #expect(stub.memory[0x1000] == 9)
  }

  @Test func aStopCostsTwoWrites() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1200)
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.hardware, at: 0x1010)
    try target.resume(.continue(at: 0x1000))
    _ = try target.waitForStop(timeout: .seconds(5))
    let count = stub.writes.count
    _ = try target.batch([.generalRegisters, .memory(at: 0x1000, byteCount: 0x130)])
    try target.resume(.continue(at: 0x1014))
    #expect(stub.writes.count == count + 2)
  }

  @Test func anUnknownStubIsAcknowledgedAndAskedOneByOne() throws {
    let stub = plainStub()
    stub.fill(0x1000..<0x2000)
    let target = try RemoteTarget(transport: stub)
    #expect(target.profile.kind == .unknown)
    let count = stub.writes.count
    _ = try target.batch([.generalRegisters, .memory(at: 0x1000, byteCount: 0x400)])
    let writes = stub.writes[count...]
    #expect(writes.count { $0.first == UInt8(ascii: "$") } == 1 + 2 + 1)
    for write in writes { #expect(write.count { $0 == UInt8(ascii: "$") } <= 1) }
    #expect(stub.acknowledgementCount == stub.sentPacketCount)
  }

  @Test func acknowledgementsEndWhenTheStubAgrees() throws {
    let stub = plainStub()
    stub.features += ";QStartNoAckMode+"
    stub.answers["QStartNoAckMode"] = "OK"
    let target = try RemoteTarget(transport: stub)
    let count = stub.acknowledgementCount
    _ = try target.readGeneralRegisters()
    #expect(count == 3)
    #expect(stub.acknowledgementCount == count)
  }

  @Test func damagedPacketsAreAskedForAgain() throws {
    let stub = plainStub()
    let target = try RemoteTarget(transport: stub)
    stub.general[0] = 5
    stub.damageCount = 1
    #expect(try target.readInteger("x0") == 5)
    #expect(stub.negativeCount == 1)
  }

  @Test func rejectedPacketsAreSentAgain() throws {
    let stub = plainStub()
    let target = try RemoteTarget(transport: stub)
    stub.general[0] = 5
    stub.rejectionCount = 2
    #expect(try target.readInteger("x0") == 5)
    stub.rejectionCount = 100
    #expect(remoteError { _ = try target.readInteger("x0") }?.code == .protocolViolation)
    #expect(target.state == .disconnected)
  }

  @Test func garbageBetweenPacketsDoesNoHarm() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    stub.sendRaw(Array("noise\u{0}$brok".utf8))
    stub.general[0] = 5
    #expect(try target.readInteger("x0") == 5)
  }

  @Test func aMissingAnswerDoesNotMixUpTheNext() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    _ = try target.readGeneralRegisters()
    stub.isMute = true
    #expect(remoteError { _ = try target.readInteger("x0") }?.code == .timeout)
    stub.isMute = false
    stub.general[1] = 6
    // The answer comes after all.
    stub.send("0700000000000000")
    #expect(try target.readInteger("x1") == 6)
    #expect(try target.readInteger("x1") == 6)
  }

  @Test func withoutGeneralPacketTheRegistersAreReadOneByOne() throws {
    let stub = FakeStub()
    stub.answers["g"] = ""
    stub.answers["p3"] = "xxxxxxxxxxxxxxxx"
    stub.general[2] = 22
    let target = try RemoteTarget(transport: stub)
    let general = try target.readGeneralRegisters()
    #expect(general["x2"] == 22)
    #expect(general["x3"] == nil)
    #expect(general["cpsr"] == 0x3c9)
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.count { $0 == "g" } == 1)
    #expect(remoteError { _ = try target.readInteger("x3") }?.code == .registerUnavailable)
  }

  @Test func aShortAnswerIsCompleted() throws {
    let stub = FakeStub()
    stub.answers = ["m1000,8": "0011", "m1002,6": "223344", "m1005,3": "556677"]
    let target = try RemoteTarget(transport: stub)
    #expect(
      try target.readMemory(at: 0x1000, byteCount: 8)
        == [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77])
  }

  /// Each part comes just in time, and there is no end of them.
  @Test func partsTogetherHaveToComeInTime() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub, timeout: .seconds(5))
    stub.answerTime = .seconds(4)
    stub.respond = { packet in
      if packet.hasPrefix("m") { return ["00"] }
      return packet == "qsThreadInfo" ? ["mp01.01"] : nil
    }
    var start = stub.now
    #expect(
      remoteError { _ = try target.readMemory(at: 0, byteCount: 1000) }?.code == .timeout)
    #expect(stub.now - start < .seconds(20))
    start = stub.now
    #expect(remoteError { _ = try target.threads() }?.code == .timeout)
    #expect(stub.now - start < .seconds(60))
  }

  @Test func aConnectionHasToComeAboutInTime() throws {
    let stub = FakeStub()
    stub.answerTime = .seconds(4)
    stub.respond = { $0.hasPrefix("qXfer:features:read") ? ["m "] : nil }
    let start = stub.now
    #expect(remoteError { _ = try RemoteTarget(transport: stub) }?.code == .timeout)
    #expect(stub.now - start < .seconds(60))
  }

  @Test(arguments: [-1, Int.min, Int.max])
  func aSizeThatCannotBeIsRefused(byteCount: Int) throws {
    let target = try RemoteTarget(transport: FakeStub())
    let error = remoteError { _ = try target.readMemory(at: 0, byteCount: byteCount) }
    #expect(error?.code == .requestTooLong)
    #expect(try target.readMemory(at: 0, byteCount: 0) == [])
  }

  @Test(arguments: ["zz", "001", "00112233445566778899", "OK"])
  func nonsenseIsNoMemory(answer: String) throws {
    let stub = FakeStub()
    stub.answers = ["m1000,4": answer]
    let target = try RemoteTarget(transport: stub)
    let error = remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 4) }
    #expect(error?.code == .protocolViolation)
  }

  @Test func theThreadThatStoppedIsTheOneThatIsRead() throws {
    let stub = FakeStub()
    stub.threadCount = 2
    let target = try RemoteTarget(transport: stub)
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp1.1", "g"])
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["g", "g"])
    let second = ThreadID(process: 1, thread: 2)
    try target.select(second)
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp1.2", "g"])
    #expect(target.selectedThread == second)
    // `c` with an address applies to the selected CPU.
    try target.resume(.continue(at: 0x2000))
    #expect(stub.packets.suffix(2) == ["Hcp1.2", "c2000"])
    try target.interrupt()
    _ = try target.waitForStop(timeout: .seconds(5))
    // After an interrupt QEMU keeps the selected CPU.
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp1.1", "g"])
    try target.resume(.step(second))
    _ = try target.waitForStop(timeout: .seconds(5))
    // After a step it selects the CPU that stopped.
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["vCont;s:p1.2", "g"])
  }

  @Test func aThreadThatIsNotThereIsNotSelected() throws {
    let stub = FakeStub()
    stub.answers["Hgp1.9"] = "E22"
    let target = try RemoteTarget(transport: stub)
    let error = remoteError { try target.select(ThreadID(process: 1, thread: 9)) }
    #expect(error?.code == .stubError(0x22))
    #expect(target.selectedThread == ThreadID(process: 1, thread: 1))
  }

  @Test func runsAStubWithoutThreadsInItsResume() throws {
    let stub = plainStub()
    stub.answers["vCont?"] = ""
    let target = try RemoteTarget(transport: stub)
    try target.resume(.step())
    _ = try target.waitForStop(timeout: .seconds(5))
    #expect(stub.packets.suffix(2) == ["Hcp1.1", "s"])
    try target.resume(.continue(at: 0x2000))
    #expect(stub.pc == 0x5000)
    #expect(stub.packets.suffix(2) == ["Hc-1", "c"])
    #expect(stub.packets.contains("P20=0020000000000000"))
  }

  @Test func outputOfTheTargetIsCollected() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue())
    stub.send("O6869")
    #expect(try target.poll() == nil)
    stub.stop("T05thread:p01.01;")
    #expect(try target.poll()?.event?.signal == 5)
    #expect(target.takeConsoleOutput() == Array("hi".utf8))
    #expect(target.takeConsoleOutput() == [])
  }

  @Test func aRefusedResumeIsAnErrorOfTheWait() throws {
    let stub = FakeStub()
    stub.answers["c"] = "E01"
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue())
    #expect(
      remoteError { _ = try target.waitForStop(timeout: .seconds(5)) }?.code == .stubError(1))
    #expect(target.state == .stopped(target.initialStop))
  }

  @Test func waitingEnds() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { _ = try target.waitForStop(timeout: .zero) }?.code == .targetNotRunning)
    try target.resume(.continue())
    #expect(remoteError { _ = try target.waitForStop(timeout: .zero) }?.code == .timeout)
    #expect(target.state == .running)
    stub.stop("T05thread:p01.01;")
    #expect(try target.waitForStop(timeout: .zero).event?.signal == 5)
  }

  @Test func theEndOfTheTargetIsFinal() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue())
    stub.stop("W03")
    #expect(try target.poll() == .exited(status: 3, process: nil))
    #expect(target.state == .ended(.exited(status: 3, process: nil)))
    #expect(remoteError { _ = try target.readGeneralRegisters() }?.code == .targetEnded)
    stub.close()
    #expect(try target.poll() == nil)
    try target.detach()
    #expect(stub.packets.last == "c")
  }

  @Test func theEndOfTheConnectionIsFinal() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue())
    stub.close()
    #expect(remoteError { _ = try target.poll() }?.code == .connectionClosed)
    #expect(target.state == .disconnected)
    #expect(try target.poll() == nil)
    #expect(remoteError { _ = try target.threads() }?.code == .connectionClosed)
  }

  @Test func killing() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.kill()
    #expect(stub.packets.last == "vKill;1")
    #expect(stub.hasCrashed && stub.isClosed)
    let plain = plainStub()
    try RemoteTarget(transport: plain).kill()
    #expect(plain.packets.last == "k")
    #expect(plain.isClosed)
  }

  @Test func detachingWithoutProcesses() throws {
    let stub = plainStub()
    try RemoteTarget(transport: stub).detach()
    #expect(stub.packets.last == "D")
  }

  @Test func theLogHasEveryByte() throws {
    let stub = FakeStub()
    var sent: [[UInt8]] = []
    var received: [UInt8] = []
    _ = try RemoteTarget(transport: stub) { direction, bytes in
      if direction == .sent { sent.append(bytes) } else { received += bytes }
    }
    #expect(sent == stub.writes)
    #expect(received.starts(with: Array("+$PacketSize=1000".utf8)))
  }

  @Test func aStubThatNeverStopsTalkingIsLeft() throws {
    final class Chatter: Transport {
      let fileDescriptor: Int32 = -1
      let peerDescription = "the chatter"
      func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
        buffer += Array("bla".utf8)
        return .bytes(3)
      }
      func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool { true }
      func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {}
      func close() {}
    }
    let error = remoteError {
      _ = try RemoteTarget(transport: Chatter(), timeout: .milliseconds(20))
    }
    #expect(error?.code == .noAnswer)
  }

  /// Whatever a stub answers, nothing traps and nothing hangs.
  @Test func survivesAnyAnswers() throws {
    var generator = SplitMix64(state: 6)
    let answers = [
      "", "OK", "E01", "E.x", "T05", "T05thread:p1.1;", "W00", "X01", "O4142", "00", "xx", "m1",
      "l", "m", "0011223344556677", "*", "QC1", "vCont;c;s", "N", "F1",
    ]
    let packets = [
      "vCont?", "qqemu.Supported", "?", "g", "p0", "P0=0000000000000000", "m0,4", "M0,1:00",
      "Z1,0,4", "z1,0,4", "qfThreadInfo", "qsThreadInfo", "Hgp1.1", "c", "vCont;s:p1.1",
      "Qqemu.PhyMemMode:1", "Qqemu.PhyMemMode:0", "qRcmd,78", "D;1",
    ]
    var connections = 0
    for _ in 0..<1000 {
      let stub = FakeStub()
      for packet in packets where Bool.random(using: &generator) {
        stub.answers[packet] = answers.randomElement(using: &generator)
      }
      guard let target = try? RemoteTarget(transport: stub) else { continue }
      connections += 1
      _ = try? target.readGeneralRegisters()
      try? target.writeInteger("x0", 0)
      _ = try? target.readMemory(at: 0, byteCount: 4)
      try? target.writeMemory(at: 0, [0])
      try? target.insertBreakpoint(.hardware, at: 0)
      try? target.removeBreakpoint(.hardware, at: 0)
      _ = try? target.threads()
      _ = try? target.monitor("x")
      _ = try? target.physicalMemory { try target.readMemory(at: 0, byteCount: 4) }
      for action in [ResumeAction.step(), .continue()] {
        _ = try? target.resume(action, after: [.generalRegisters])
        _ = try? target.waitForStop(timeout: .zero)
      }
      try? target.detach()
      #expect(target.state != .running)
    }
    #expect(connections > 300)
  }
}
