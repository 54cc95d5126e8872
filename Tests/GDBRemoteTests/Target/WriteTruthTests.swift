import Testing

@testable import GDBRemote

/// A stub's OK to a write isn't trusted until it was checked.
struct WriteTruthTests {
  @Test func eachKindOfRegisterIsReadBackOnce() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    let x0 = try target.register(named: "x0")
    let x1 = try target.register(named: "x1")
    let count = stub.packets.count
    let value: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
    try target.batch([.writeRegister(x0, value)])[0].check()
    try target.batch([.writeRegister(x1, value)])[0].check()
    #expect(
      stub.packets[count...].filter { !$0.hasPrefix("H") }
        == ["p0", "P0=0100000000000000", "p0", "P1=0100000000000000"])
  }

  @Test func aPretenderIsFoundInABatchAndNotTriedAgain() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    let esr = try target.register(named: "ESR_EL2")
    let responses = try target.batch([
      .writeRegister(esr, [UInt8](repeating: 7, count: 8)), .register(esr),
    ])
    let error = remoteError { try responses[0].check() }
    #expect(error?.code == .writeIgnored)
    #expect(try responses[1].bytes() == [0, 0, 0, 0x56, 0, 0, 0, 0])
    let count = stub.packets.count
    let again = remoteError { try target.writeInteger("SCTLR", 1) }
    #expect(again?.code == .writeIgnored)
    #expect(
      again?.description
        == "the stub accepts writes of registers such as SCTLR but doesn't carry them out")
    #expect(!stub.packets[count...].contains { $0.hasPrefix("P") })
    // The other kind is written as before.
    try target.writeInteger("x3", 5)
    #expect(stub.general[3] == 5)
  }

  /// Writing the current value proves nothing.
  @Test func aWriteThatChangesNothingProvesNothing() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.writeInteger("ESR_EL2", 0x5600_0000)
    #expect(remoteError { try target.writeInteger("SCTLR", 1) }?.code == .writeIgnored)
  }

  @Test func aWriteOfSomeBitsIsNoticedEachTime() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.writeInteger("x0", 1)
    stub.answers["P21=ffffffff"] = "OK"
    let error = remoteError { try target.writeInteger("cpsr", 0xffff_ffff) }
    #expect(error?.code == .writeIgnored)
    #expect(error?.description.hasSuffix("its value is 0x000003c9") == true)
  }

  @Test func quirk22AWriteToADeviceIsNoticed() throws {
    let stub = FakeStub()
    stub.fill(0x900_0000..<0x900_0010)
    stub.fill(0x4000_0000..<0x4000_3000)
    // OK, but nothing happens.
    stub.respond = { $0.hasPrefix("M9000") ? ["OK"] : nil }
    let target = try RemoteTarget(transport: stub)
    let error = remoteError { try target.writeMemory(at: 0x900_0000, [0x55, 0x55]) }
    #expect(error?.code == .writeIgnored)
    #expect(error?.description.contains("0x9000000") == true)
    // Each page once, until the target has run.
    let count = stub.packets.count
    try target.writeMemory(at: 0x4000_0ffe, [1, 2, 3, 4])
    try target.writeMemory(at: 0x4000_0000, [9])
    #expect(
      stub.packets[count...].filter { !$0.hasPrefix("H") } == [
        "m40000ffe,2", "m40001000,2", "M40000ffe,4:01020304", "m40000ffe,2", "m40001000,2",
        "M40000000,1:09",
      ])
    try target.resume(.step())
    _ = try target.waitForStop(timeout: .seconds(5))
    let later = stub.packets.count
    try target.writeMemory(at: 0x4000_0000, [8])
    #expect(stub.packets[later...].suffix(2) == ["M40000000,1:08", "m40000000,1"])
  }

  /// A device that reads as zero keeps nothing, although a written zero is read back.
  @Test func whatWasThereBeforeProvesNothing() throws {
    let stub = FakeStub()
    for address in UInt64(0x900_0000)..<0x900_0010 { stub.memory[address] = 0 }
    stub.respond = { $0.hasPrefix("M9000") ? ["OK"] : nil }
    let target = try RemoteTarget(transport: stub)
    try target.writeMemory(at: 0x900_0000, [0, 0, 0, 0])
    let error = remoteError { try target.writeMemory(at: 0x900_0000, [1, 2, 3, 4]) }
    #expect(error?.code == .writeIgnored)
  }

  @Test func oneRegisterThatCannotBeWrittenSaysNothingOfOthers() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    stub.respond = { $0.hasPrefix("P7=") ? ["OK"] : nil }
    #expect(remoteError { try target.writeInteger("x7", 1) }?.code == .writeIgnored)
    try target.writeInteger("x8", 1)
    #expect(stub.general[8] == 1)
    #expect(remoteError { try target.writeInteger("x7", 1) }?.code == .writeIgnored)
  }

  @Test func withoutVerificationNothingIsReadBack() throws {
    let stub = FakeStub()
    stub.fill(0x900_0000..<0x900_0010)
    stub.respond = { $0.hasPrefix("M9000") ? ["OK"] : nil }
    let target = try RemoteTarget(transport: stub)
    target.verifiesWrites = false
    try target.writeMemory(at: 0x900_0000, [0x55])
    #expect(stub.packets.last == "M9000000,1:55")
  }

  @Test func memoryThatCanOnlyBeWrittenIsBelieved() throws {
    let stub = FakeStub()
    stub.respond = { $0.hasPrefix("m") ? ["E14"] : $0.hasPrefix("M") ? ["OK"] : nil }
    let target = try RemoteTarget(transport: stub)
    try target.writeMemory(at: 0x1000, [1])
  }

  @Test func quirk23PhysicalPagesAreOthers() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x2000)
    let target = try RemoteTarget(transport: stub)
    try target.writeMemory(at: 0x1000, [1])
    stub.respond = { $0.hasPrefix("M") ? ["OK"] : nil }
    // ROM ignores writes without an error.
    let error = remoteError {
      try target.physicalMemory { try target.writeMemory(at: 0x1000, [2]) }
    }
    #expect(error?.code == .writeIgnored)
    #expect(!stub.physicalMode)
  }

  // MARK: All registers at once

  @Test func allRegistersAreWrittenInOnePacketWhereThatIsSafe() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=1000;qXfer:features:read+")
    stub.keepsWholeWrites = true
    let target = try RemoteTarget(transport: stub)
    let registers = try target.readGeneralRegisters()
    var bytes = registers.bytes
    bytes[registers.range(at: 3).lowerBound] = 0x77
    try target.writeGeneralRegisters(registers, bytes)
    #expect(stub.general[3] == 0x77)
    #expect(stub.packets.contains { $0.hasPrefix("G") })
    #expect(
      remoteError { try target.writeGeneralRegisters(registers, [1]) }?.code == .valueSize)
    // A stub that answers OK, but does something else.
    stub.keepsWholeWrites = false
    #expect(
      remoteError { try target.writeGeneralRegisters(registers, bytes) }?.code == .writeIgnored)
  }

  @Test func quirk2AllRegistersAreWrittenOneByOneWithQEMU() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    let registers = try target.readGeneralRegisters()
    var bytes = registers.bytes
    bytes[registers.range(at: 3).lowerBound] = 0x77
    try target.writeGeneralRegisters(registers, bytes)
    #expect(stub.general[3] == 0x77 && stub.general[4] == 0)
    #expect(!stub.packets.contains { $0.hasPrefix("G") })
    #expect(stub.packets.count { $0.hasPrefix("P") } == 1)
  }

  // MARK: A recording

  @Test func quirk31ARecordingIsNotChanged() throws {
    let stub = FakeStub()
    stub.features += ";ReverseStep+;ReverseContinue+"
    let target = try RemoteTarget(transport: stub)
    let registers = try target.readGeneralRegisters()
    for attempt in [
      { try target.writeInteger("x0", 1) }, { try target.writeMemory(at: 0x1000, [1]) },
      { try target.resume(.continue(at: 0x1000)) },
      { try target.writeGeneralRegisters(registers, registers.bytes) },
    ] as [() throws -> Void] {
      #expect(remoteError { try attempt() }?.code == .replaying)
    }
    #expect(!stub.packets.contains { $0.first == "P" || $0.first == "M" || $0.first == "G" })
    #expect(!stub.packets.contains { $0.hasPrefix("c") })
    try target.resume(.step())
  }
}
