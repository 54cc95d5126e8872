import Testing

@testable import GDBRemote

/// Stubs that lack some of `g`, `G`, `p` and `P`: gdbserver on x86 has no packets for one register.
struct WholeRegisterTests {
  private func stub() -> FakeStub {
    let stub = FakeStub()
    stub.kind = .plain
    stub.features = "PacketSize=1000;qXfer:features:read+"
    stub.keepsWholeWrites = true
    stub.respond = { $0.first == "p" || $0.first == "P" ? [""] : nil }
    for index in stub.general.indices { stub.general[index] = UInt64(index) * 3 }
    return stub
  }

  @Test func aRegisterIsReadAmongAll() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    #expect(try target.readInteger("x5") == 15)
    let count = stub.packets.count
    #expect(try target.readInteger("x6") == 18)
    #expect(try target.readInteger("cpsr") == 0x3c9)
    // Once it is known, it isn't tried again.
    #expect(!stub.packets[count...].contains { $0.hasPrefix("p") })
    let missing = remoteError { _ = try target.readInteger("ESR_EL2") }
    #expect(missing?.code == .registerUnavailable)
  }

  /// The first batch has its packets on the way before it is known that the stub has none for one register.
  @Test func severalAreReadAmongAllAtOnce() throws {
    let target = try RemoteTarget(transport: stub())
    for _ in 0..<2 {
      let wanted = try ["x5", "x6", "x7"].map { Request.register(try target.register(named: $0)) }
      let values = try target.batch(wanted).map { try RegisterDescription.integer($0.bytes()) }
      #expect(values == [15, 18, 21])
    }
  }

  @Test func aRegisterIsWrittenAmongAll() throws {
    let stub = stub()
    let target = try RemoteTarget(transport: stub)
    for value in [0x1234, 0x5678] as [UInt64] {
      try target.writeInteger("x7", value)
      #expect(stub.general[7] == value)
      #expect(try target.readInteger("x7") == value)
    }
    for index in stub.general.indices where index != 7 {
      #expect(stub.general[index] == UInt64(index) * 3)
    }
  }

  /// A `g` without the program counter, which `p` doesn't return either.
  @Test func aShortAnswerIsNotGivenUpForLess() throws {
    let stub = stub()
    let values = (0..<31).map { index in
      String(String(index * 3 + 0x100, radix: 16).dropFirst()) + String(repeating: "0", count: 14)
    }
    stub.respond = { packet in
      if packet == "g" { return [values.joined()] }
      return packet == "p0" ? [values[0]] : packet.first == "p" ? ["E01"] : nil
    }
    let target = try RemoteTarget(transport: stub)
    for _ in 0..<2 {
      let registers = try target.readGeneralRegisters()
      #expect(registers["x5"] == 15)
      #expect(registers["x30"] == 90)
    }
  }

  /// gdbserver 13 ends with a failed assertion when it has to describe a target before it has a thread.
  @Test func theStopIsAskedBeforeTheDescription() throws {
    let stub = stub()
    _ = try RemoteTarget(transport: stub)
    let stop = try #require(stub.packets.firstIndex(of: "?"))
    let description = try #require(
      stub.packets.firstIndex { $0.hasPrefix("qXfer:features:read") })
    #expect(stop < description)
    #expect(stub.packets.count { $0 == "?" } == 1)
  }

  /// An error to `p` of a register that `g` has.
  @Test(arguments: ["E01", "E.no such register", ""])
  func whatPRefusesGHas(answer: String) throws {
    let stub = stub()
    stub.respond = { $0 == "p5" ? [answer] : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(try target.readInteger("x5") == 15)
    #expect(stub.packets.suffix(2) == ["p5", "g"])
    // Each is asked for by itself as long as that may work.
    #expect(try target.readInteger("x6") == 18)
    #expect((stub.packets.last == "p6") == !answer.isEmpty)
  }

  /// A register that isn't in `g` isn't looked for there again, and `p`'s error stays.
  @Test func anErrorBeyondGStays() throws {
    let stub = stub()
    stub.respond = { $0.first == "p" ? ["E14"] : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { _ = try target.readInteger("ESR_EL2") }?.code == .stubError(0x14))
    let count = stub.packets.count
    #expect(remoteError { _ = try target.readInteger("SCTLR") }?.code == .stubError(0x14))
    #expect(stub.packets[count...].filter { $0 == "g" }.isEmpty)
  }

  /// `p` works and `P` does not: found out before anything is written that relies on it.
  @Test func whatPCannotWriteGWrites() throws {
    let stub = stub()
    stub.respond = { $0.first == "P" ? [""] : nil }
    stub.fill(0x1000..<0x1010)
    let target = try RemoteTarget(transport: stub)
    let x7 = try target.register(named: "x7")
    let responses = try target.batch([
      .writeRegister(x7, [1, 2, 3, 4, 5, 6, 7, 8]), .register(x7),
      .memory(at: 0x1000, byteCount: 2),
    ])
    try responses[0].check()
    #expect(try responses[1].bytes() == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(stub.general[7] == 0x0807_0605_0403_0201)
    for index in stub.general.indices where index != 7 {
      #expect(stub.general[index] == UInt64(index) * 3)
    }
    let write = try #require(stub.packets.firstIndex { $0.first == "G" })
    let memory = try #require(stub.packets.firstIndex { $0.first == "m" })
    #expect(write < memory)
    // Also before a resume, with which it can't be combined.
    stub.answers["vCont?"] = "vCont;c;C;s;S"
    try target.resume(.step(), after: [.writeRegister(x7, [9, 0, 0, 0, 0, 0, 0, 0])])[0].check()
    #expect(stub.general[7] == 9)
    #expect(try target.waitForStop(timeout: .seconds(1)).event?.signal == 5)
  }

  /// An error to `P` is about the register: nothing else is tried.
  @Test func anErrorToPStays() throws {
    let stub = stub()
    stub.respond = { $0.first == "P" ? ["E01"] : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { try target.writeInteger("x7", 1) }?.code == .stubError(1))
    #expect(stub.general[7] == 21)
    #expect(!stub.packets.contains { $0.first == "G" })
  }

  /// No `g`, or one that ends before the program counter.
  @Test(arguments: ["", "E01", String(repeating: "11", count: 80)])
  func whatGLacksPHas(answer: String) throws {
    let stub = stub()
    stub.respond = { $0 == "g" ? [answer] : nil }
    let target = try RemoteTarget(transport: stub)
    let registers = try target.readGeneralRegisters()
    #expect(registers["x5"] == 15 && registers["pc"] == 96 && registers["cpsr"] == 0x3c9)
    #expect(try target.batch([.generalRegisters])[0].generalRegisters() == registers)
    // What is known not to work is not tried again; an error may have been about the moment.
    #expect(stub.packets.count { $0 == "g" } == (answer == "E01" ? 2 : 1))
  }

  /// Neither works: the error is the stub's answer to `g`.
  @Test func theErrorIsTheStubs() throws {
    let stub = stub()
    stub.respond = { ["g", "p"].contains($0.prefix(1)) ? ["E03"] : nil }
    let target = try RemoteTarget(transport: stub)
    let error = remoteError { _ = try target.readGeneralRegisters() }
    #expect(error?.code == .stubError(3))
    #expect(error?.description.contains("general registers") == true)
  }
}
