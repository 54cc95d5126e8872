import Testing

@testable import GDBRemote

/// A test for each quirk of QEMU 7.2's stub, which fails without its handling.
///
/// `FakeStub` has the quirks; if one is about what must not be sent, the test checks the packets.
/// Quirks that aren't handled only by the client are tested where they are handled: docs/testing.md
/// has the list.
struct QuirkTests {
  private func target(_ stub: FakeStub) throws -> RemoteTarget {
    try RemoteTarget(transport: stub)
  }

  @Test func quirk1NeverBackwardsWithoutARecording() throws {
    let stub = FakeStub()
    let target = try target(stub)
    for action in [ResumeAction.reverseContinue, .reverseStep] {
      #expect(remoteError { try target.resume(action) }?.code == .unsupported)
    }
    #expect(!stub.hasCrashed)
    #expect(!stub.packets.contains { $0.hasPrefix("b") })
  }

  @Test func quirk1BackwardsWithARecording() throws {
    let stub = FakeStub()
    stub.features += ";ReverseStep+;ReverseContinue+"
    stub.answers = ["bs": "T05thread:p01.01;", "bc": "T05thread:p01.01;"]
    let target = try target(stub)
    try target.resume(.reverseStep)
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
    try target.resume(.reverseContinue)
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
  }

  @Test func quirk2NeverAShortWriteOfAllRegisters() throws {
    let stub = FakeStub()
    let target = try target(stub)
    stub.general[3] = 33
    try target.writeInteger("x1", 7)
    let x1 = try target.register(named: "x1")
    #expect(remoteError { try target.writeRegister(x1, [1, 2]) }?.code == .valueSize)
    let responses = try target.batch([.writeRegister(x1, [1]), .register(x1)])
    #expect(remoteError { try responses[0].check() }?.code == .valueSize)
    #expect(try responses[1].bytes() == [7, 0, 0, 0, 0, 0, 0, 0])
    #expect(stub.general[3] == 33)
    #expect(!stub.packets.contains { $0.hasPrefix("G") })
  }

  @Test func quirk3AnIgnoredWriteIsNoticed() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let error = remoteError { try target.writeInteger("ESR_EL2", 1) }
    #expect(error?.code == .writeIgnored)
    #expect(error?.description.hasSuffix("its value is 0x0000000056000000") == true)
    try target.writeInteger("x5", 0x1234)
    #expect(stub.general[5] == 0x1234)
  }

  @Test func quirk4TheDescriptionIsReadBeforeAnyRegister() throws {
    let stub = FakeStub()
    let target = try target(stub)
    stub.general[0] = 42
    #expect(try target.readInteger("x0") == 42)
    // Each connection has to ask again.
    let other = FakeStub()
    other.general[0] = 43
    #expect(try self.target(other).readInteger("x0") == 43)
  }

  @Test func quirk5NumbersAndNamesAreTheDescriptions() throws {
    let stub = FakeStub()
    let target = try target(stub)
    #expect(try target.readInteger("ESR_EL2") == 0x5600_0000)
    #expect(try target.readInteger("SCTLR_EL1") == 0x30d5_0838)
    #expect(stub.packets.suffix(2) == ["p48", "p49"])

    let newer = FakeStub()
    newer.documents["system.xml"] =
      "<feature name=\"s\"><reg name=\"SCTLR_EL1\" bitsize=\"64\" regnum=\"73\"/></feature>"
    #expect(try self.target(newer).readInteger("SCTLR") == 0x30d5_0838)
    #expect(
      remoteError { _ = try self.target(newer).readInteger("ESR_EL2") }?.code == .noSuchRegister)
  }

  @Test func quirk6NamesMayDifferInCaseAndRepeat() throws {
    let stub = FakeStub()
    stub.documents["system.xml"] = """
      <target><feature name="a"><reg name="fpsr" bitsize="64" regnum="72"/>\
      <reg name="FPSR" bitsize="64" regnum="73"/></feature>\
      <feature name="b"><reg name="fpsr" bitsize="64" regnum="74"/></feature></target>
      """
    stub.answers["p4a"] = "0100000000000000"
    let target = try target(stub)
    #expect(try target.readInteger("fpsr") == 0x5600_0000)
    #expect(try target.readInteger("FPSR") == 0x30d5_0838)
    // A name that both match is ambiguous.
    #expect(remoteError { _ = try target.readInteger("Fpsr") }?.code == .noSuchRegister)
    #expect(target.registers[number: 74]?.feature == "b")
  }

  @Test func quirk7OnePacketHasTheCoreRegisters() throws {
    let stub = FakeStub()
    stub.general[30] = 0x4008_0000
    stub.pc = 0x4008_1000
    let general = try target(stub).readGeneralRegisters()
    #expect(general.registers.count == 34)
    #expect(general["x30"] == 0x4008_0000)
    #expect(general["pc"] == 0x4008_1000)
    #expect(general["cpsr"] == 0x3c9)
    #expect(general["ESR_EL2"] == nil)
  }

  @Test func quirk8TheStopOfARunningMachineIsNoAnswer() throws {
    let stub = FakeStub()
    stub.beginRunning()
    let target = try target(stub)
    #expect(target.wasRunningAtConnection)
    #expect(target.profile.features.packetSize == 4096)
    #expect(target.initialStop.event?.signal == 5)
    #expect(try !self.target(FakeStub()).wasRunningAtConnection)
  }

  @Test func quirk9NothingIsWrittenToARunningMachine() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let responses = try target.resume(.continue(at: 0x4000), after: [.generalRegisters])
    #expect(responses.count == 1)
    #expect(target.state == .running)
    #expect(stub.isRunning)
    #expect(stub.packets.last == "c4000")
    for attempt in [
      { _ = try target.readMemory(at: 0, byteCount: 1) },
      { _ = try target.readGeneralRegisters() }, { _ = try target.threads() },
      { try target.insertBreakpoint(.hardware, at: 0) }, { try target.resume(.step()) },
      { _ = try target.monitor("info") }, { try target.select(.any) },
    ] as [() throws -> Void] {
      #expect(remoteError { try attempt() }?.code == .targetRunning)
    }
    #expect(try target.poll() == nil)
    #expect(stub.swallowedByteCount == 0)
    #expect(stub.isRunning)
  }

  @Test func quirk9NoAcknowledgementsFromTheMomentItIsQEMU() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let before = stub.acknowledgementCount
    // What was sent before it was known.
    #expect(before == 3)
    try target.resume(.continue())
    stub.stop("T05thread:p01.01;")
    _ = try target.waitForStop(timeout: .seconds(5))
    try target.resume(.continue(), after: [.generalRegisters, .generalRegisters])
    #expect(stub.acknowledgementCount == before)
    #expect(stub.isRunning)
  }

  @Test func quirk10OneInterruptionIsOneByteAndOneStop() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let count = stub.writes.count
    try target.interrupt()
    #expect(stub.writes.count == count)
    try target.resume(.continue())
    try target.interrupt()
    try target.interrupt()
    #expect(stub.writes.suffix(from: count + 1) == [[0x03]])
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 2)
    #expect(try target.poll() == nil)
    #expect(target.stop?.event?.signal == 2)
  }

  @Test func quirk11TheReasonIsInferred() throws {
    let stub = FakeStub()
    stub.watchedAccess = 0x9004
    let target = try target(stub)
    try target.insertBreakpoint(.hardware, at: 0x1010)
    try target.insertBreakpoint(.writeWatch, at: 0x9004, length: 8)
    let breakpoint = BreakpointLocation(.hardware, at: 0x1010)
    let watchpoint = BreakpointLocation(.writeWatch, at: 0x9004, byteCount: 8)
    func stop() throws -> StopCause {
      _ = try target.waitForStop(timeout: .seconds(5))
      return try target.stopCause()
    }
    #expect(try target.stopCause() == .signal(5))
    try target.resume(.continue(at: 0x1000))
    #expect(try stop() == .watchpoint(address: 0x9004, [watchpoint]))
    try target.resume(.continue(at: 0x100c))
    #expect(try stop() == .breakpoint([breakpoint]))
    // A step that ends at the breakpoint is a step.
    try target.resume(.continue(at: 0x100c))
    _ = try stop()
    stub.pc = 0x100c
    try target.resume(.step())
    #expect(stub.pc == 0x1010)
    #expect(try stop() == .stepped)
    try target.resume(.continue(at: 0x1014))
    #expect(remoteError { _ = try target.stopCause() }?.code == .targetRunning)
    try target.interrupt()
    #expect(try stop() == .interrupted)
    // The same signal without having been asked for.
    try target.resume(.continue())
    stub.stop("T02thread:p01.01;")
    #expect(try stop() == .signal(2))
    try target.resume(.continue())
    stub.stop("W00")
    #expect(try stop() == .ended)
  }

  @Test func quirk13BreakpointsAreCounted() throws {
    let stub = FakeStub()
    let target = try target(stub)
    for _ in 0..<2 { try target.insertBreakpoint(.software, at: 0x1010) }
    try target.insertBreakpoint(.hardware, at: 0x1010)
    #expect(stub.breakpoints.count == 2)
    try target.removeBreakpoint(.software, at: 0x1010)
    #expect(stub.breakpoints.count == 2)
    try target.removeBreakpoint(.software, at: 0x1010)
    #expect(stub.breakpoints.count == 1)
    try target.removeBreakpoint(.hardware, at: 0x1010)
    #expect(stub.breakpoints.isEmpty)
    let error = remoteError { try target.removeBreakpoint(.hardware, at: 0x1010) }
    #expect(error?.code == .noSuchBreakpoint)
    #expect(stub.packets.last == "z1,1010,4")
  }

  @Test func quirk14TheReasonIsAskedForOnce() throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.insertBreakpoint(.hardware, at: 0x1010)
    for _ in 0..<3 {
      try target.resume(.continue(at: 0x1000))
      #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
      #expect(stub.pc == 0x1010)
      _ = try target.threads()
      _ = try target.monitor("info registers")
    }
    #expect(stub.packets.count { $0 == "?" } == 1)
    #expect(stub.breakpoints.count == 1)
  }

  @Test func quirk15AStubThatIsTakenSaysNothing() throws {
    let stub = FakeStub()
    stub.isMute = true
    let error = remoteError { _ = try target(stub) }
    #expect(error?.code == .noAnswer)
    #expect(
      error?.description
        == "no answer from the fake: another client may be connected, or it is not a GDB stub")
    #expect(stub.isClosed)
  }

  @Test func quirk16DetachingNamesTheProcessAndClosesAtOnce() throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.insertBreakpoint(.hardware, at: 0x1010)
    try target.detach()
    #expect(stub.packets.suffix(2) == ["z1,1010,4", "D;1"])
    #expect(stub.isClosed)
    #expect(stub.isRunning)
    #expect(stub.swallowedByteCount == 0)
    #expect(stub.breakpoints.isEmpty)
    #expect(target.state == .disconnected)
  }

  @Test func quirk16DetachingARunningMachineStopsItFirst() throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.resume(.continue())
    try target.detach()
    #expect(stub.swallowedByteCount == 1)
    #expect(stub.packets.last == "D;1")
    #expect(stub.isRunning)
  }

  @Test func quirk17AStepLeavesABreakpointWithoutRemovingIt() throws {
    let stub = FakeStub()
    let target = try target(stub)
    stub.pc = 0x1000
    try target.insertBreakpoint(.hardware, at: 0x1000)
    try target.insertBreakpoint(.software, at: 0x1000)
    let count = stub.packets.count
    try target.resume(.step())
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
    #expect(stub.pc == 0x1004)
    #expect(stub.packets.suffix(from: count) == ["vCont;s:p1.1"])
  }

  @Test func quirk17AWatchpointIsTakenAwayForAStep() throws {
    let stub = FakeStub()
    let target = try target(stub)
    stub.watchedAccess = 0x9004
    stub.breakpoints = []
    try target.insertBreakpoint(.writeWatch, at: 0x9004, length: 8)
    try target.resume(.continue(at: 0x1000))
    let hit = try target.waitForStop(timeout: .seconds(5))
    #expect(hit.event?.watchpoint?.address == 0x9004)
    #expect(stub.pc == 0x1008)
    try target.resume(.step())
    _ = try target.waitForStop(timeout: .seconds(5))
    #expect(stub.pc == 0x1008)
    let after = try target.stepPastWatchpoint(timeout: .seconds(5))
    #expect(after.event?.watchpoint == nil)
    #expect(stub.pc == 0x100c)
    #expect(stub.breakpoints.count == 1)
    #expect(target.insertedBreakpoints == [.init(.writeWatch, at: 0x9004, byteCount: 8)])
    #expect(remoteError { _ = try target.stepPastWatchpoint(timeout: .zero) } != nil)
  }

  @Test func quirk20LongReadsAreCut() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x4001)
    let target = try target(stub)
    let bytes = try target.readMemory(at: 0x1000, byteCount: 0x3001)
    #expect(bytes.count == 0x3001)
    #expect(bytes == (0x1000..<0x4001).map { stub.memory[$0]! })
    #expect(
      stub.packets.filter { $0.hasPrefix("m") }
        == [
          "m1000,800", "m1800,800", "m2000,800", "m2800,800", "m3000,800", "m3800,800", "m4000,1",
        ])
  }

  @Test func quirk20LongWritesAreCut() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    try target.writeMemory(at: 0xffff_ffff_ffff_0000, bytes)
    for (offset, byte) in bytes.enumerated() {
      guard stub.memory[0xffff_ffff_ffff_0000 + UInt64(offset)] == byte else {
        Issue.record("byte \(offset) did not arrive")
        return
      }
    }
    #expect(stub.packets.allSatisfy { $0.utf8.count <= 4095 })
  }

  @Test func quirk20WhatIsTooLongIsNotSent() throws {
    let stub = FakeStub()
    let target = try target(stub)
    let count = stub.packets.count
    let error = remoteError { _ = try target.monitor(String(repeating: "x", count: 2045)) }
    #expect(error?.code == .requestTooLong)
    #expect(stub.packets.count == count)
    #expect(try target.monitor(String(repeating: "x", count: 2044)) == "hello world\n")
  }

  @Test func quirk23PhysicalMemoryIsAlwaysRestored() throws {
    let stub = FakeStub()
    stub.physicalMode = true
    let target = try target(stub)
    #expect(!stub.physicalMode)
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try target.physicalMemory {
        try target.physicalMemory { #expect(stub.physicalMode) }
        #expect(stub.physicalMode)
        #expect(remoteError { try target.resume(.step()) }?.code == .physicalMemoryActive)
        throw Failure()
      }
    }
    #expect(!stub.physicalMode)
    #expect(try target.physicalMemory { 7 } == 7)
    #expect(!stub.physicalMode)
    try target.resume(.step())
  }

  @Test func physicalMemoryIsReadInOneWrite() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1010)
    let target = try target(stub)
    let start = stub.packets.count
    let responses = try target.physicalBatch([
      .memory(at: 0x1000, byteCount: 4), .memory(at: 0x1004, byteCount: 4),
    ])
    #expect(try responses.map { try $0.bytes().count } == [4, 4])
    #expect(
      stub.packets[start...] == [
        "Qqemu.PhyMemMode:1", "m1000,4", "m1004,4", "Qqemu.PhyMemMode:0",
      ])
    #expect(!stub.physicalMode)
  }

  /// What was read without the mode is another memory.
  @Test func aBatchWhosePhysicalModeIsRefusedGivesNothing() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1010)
    let target = try target(stub)
    stub.answers["Qqemu.PhyMemMode:1"] = "E22"
    let read = Request.memory(at: 0x1000, byteCount: 4)
    #expect(remoteError { _ = try target.physicalBatch([read]) }?.code == .stubError(0x22))
    let write = Request.writeMemory(at: 0x1000, [1, 2])
    #expect(remoteError { _ = try target.physicalBatch([read, write]) }?.code == .stubError(0x22))
    #expect(!stub.packets.contains { $0.hasPrefix("M") })
    #expect(try target.readMemory(at: 0x1000, byteCount: 4).count == 4)
  }

  @Test func aModeThatStaysPhysicalIsLeftBeforeTheNextRequest() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x1010)
    let target = try target(stub)
    stub.answers["Qqemu.PhyMemMode:0"] = "E22"
    _ = try target.physicalBatch([.memory(at: 0x1000, byteCount: 4)])
    #expect(stub.physicalMode)
    let count = stub.packets.count
    #expect(remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 4) } != nil)
    #expect(!stub.packets[count...].contains { $0.hasPrefix("m") })
    stub.answers["Qqemu.PhyMemMode:0"] = nil
    #expect(try target.readMemory(at: 0x1000, byteCount: 4).count == 4)
    #expect(!stub.physicalMode)
  }

  @Test func quirk24TheMaskOfStepsIsSet() throws {
    let stub = FakeStub()
    stub.answers["Qqemu.sstep=1"] = "OK"
    stub.answers["Qqemu.sstep=8"] = "E22"
    let target = try target(stub)
    try target.setStepMask(1)
    #expect(remoteError { try target.setStepMask(8) }?.code == .stubError(0x22))
    let other = try self.target(RealStubs.stub(announcing: RealStubs.gdbserverFeatures))
    #expect(remoteError { try other.setStepMask(1) }?.code == .unsupported)
  }

  @Test func quirk25And26EachCPUIsAThread() throws {
    let stub = FakeStub()
    stub.threadCount = 3
    let target = try target(stub)
    let threads = try target.threads()
    #expect(threads == (1...3).map { ThreadID(process: 1, thread: $0) })
    try target.resume(.step(threads[1]))
    #expect(stub.packets.last == "vCont;s:p1.2")
  }

  @Test func quirk26AThreadThatIsNotThereIsNotAskedAbout() throws {
    let stub = FakeStub()
    stub.answers = ["Tp1.1": "OK", "Tp1.9": "E22", "qThreadExtraInfo,p1.1": "4350552330"]
    // No answer at all.
    stub.respond = { $0 == "qThreadExtraInfo,p1.9" ? [] : nil }
    let target = try target(stub)
    #expect(try target.threadDescription(ThreadID(process: 1, thread: 1)) == "CPU#0")
    let error = remoteError {
      _ = try target.threadDescription(ThreadID(process: 1, thread: 9))
    }
    #expect(error?.code == .noSuchThread)
    #expect(try target.isAlive(ThreadID(process: 1, thread: 1)))
    #expect(try !target.isAlive(ThreadID(process: 1, thread: 9)))
  }

  @Test(arguments: [
    ("W03", StopReply.exited(status: 3, process: nil)), ("W00", .exited(status: 0, process: nil)),
    ("X09", .terminated(signal: 9, process: nil)),
  ])
  func quirk27TheEndIsAStop(reply: String, end: StopReply) throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.resume(.continue())
    stub.stop(reply)
    #expect(try target.waitForStop(timeout: .seconds(5)) == end)
    #expect(target.state == .ended(end))
    #expect(remoteError { _ = try target.readGeneralRegisters() }?.code == .targetEnded)
    try target.kill()
  }

  /// One CPU stops, and another one ends the machine before the stop is read.
  @Test(arguments: [false, true])
  func quirk27TheEndMayComeRightAfterAStop(isGoneAtTheRequest: Bool) throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.resume(.continue())
    stub.stop("T05thread:p01.02;")
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
    if isGoneAtTheRequest {
      stub.send("W00")
      stub.hasCrashed = true
    } else {
      stub.respond = { packet in
        guard packet == "g" else { return nil }
        stub.hasCrashed = true
        return ["W00"]
      }
    }
    #expect(remoteError { _ = try target.readGeneralRegisters() }?.code == .targetEnded)
    #expect(target.state == .ended(.exited(status: 0, process: nil)))
  }

  @Test func quirk28FilesOfSemihostingAreRefused() throws {
    let stub = FakeStub()
    let target = try target(stub)
    try target.resume(.continue())
    // QEMU stops the CPU for the request, and takes the answer.
    stub.stop("Fopen,40001000/8,0,1b6")
    stub.respond = { $0 == "F-1,270f" ? ["T05thread:p01.01;"] : nil }
    #expect(try target.waitForStop(timeout: .seconds(5)).event?.signal == 5)
    #expect(stub.packets.last == "F-1,270f")
  }

  @Test func quirk29OutputOfTheMonitorComesFirst() throws {
    let stub = FakeStub()
    let target = try target(stub)
    #expect(try target.monitor("info status") == "hello world\n")
    #expect(target.takeConsoleOutput() == [])
  }
}
