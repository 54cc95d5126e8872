import Testing

@testable import GDBRemote

/// Stubs that have all registers, but no packets for one: gdbserver on x86.
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
    // Once it is known, nothing is tried in vain.
    #expect(!stub.packets[count...].contains { $0.hasPrefix("p") })
    let missing = remoteError { _ = try target.readInteger("ESR_EL2") }
    #expect(missing?.code == .registerUnavailable)
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
}
