import Testing

@testable import GDBRemote

/// QEMU's user-mode emulator, `qemu-aarch64 -g`.
struct UserEmulatorTests {
  private func stub() -> FakeStub {
    let stub = FakeStub()
    stub.kind = .qemuUser
    stub.features += ";qXfer:auxv:read+"
    return stub
  }

  @Test func isRecognisedByWhatItLacks() throws {
    let target = try RemoteTarget(transport: stub())
    #expect(target.profile.kind == .qemuUser)
    #expect(!target.profile.kind.isQEMU)
    #expect(target.profile.version == nil)
    #expect(target.profile.acknowledges && !target.profile.pipelines)
    #expect(!target.profile.traits.isMachine)
    #expect(!target.profile.hasPhysicalMemoryMode)
  }

  /// With one `+` too few or too many the stub would send the answer again, which answers nothing.
  @Test func everyAnswerIsAcknowledgedOnce() throws {
    let stub = stub()
    for index in stub.general.indices { stub.general[index] = UInt64(index) }
    stub.fill(0x1000..<0x1100)
    let target = try RemoteTarget(transport: stub)
    let responses = try target.batch([
      .generalRegisters, .memory(at: 0x1000, byteCount: 8), .register(target.registers["x7"]!),
    ])
    #expect(try responses[0].generalRegisters()["x9"] == 9)
    #expect(try responses[1].bytes().count == 8)
    #expect(try responses[2].bytes() == [7, 0, 0, 0, 0, 0, 0, 0])
    try target.writeInteger("x7", 0x1234)
    #expect(stub.general[7] == 0x1234)
    stub.pc = 0x1000
    try target.insertBreakpoint(.software, at: 0x1010)
    try target.resume(.continue())
    #expect(try target.waitForStop(timeout: .seconds(1)).event?.signal == 5)
    #expect(try target.readInteger("pc") == 0x1010)
    try target.resume(.step())
    #expect(try target.waitForStop(timeout: .seconds(1)).event?.signal == 5)
    #expect(try target.readInteger("pc") == 0x1014)
    let answers = stub.packets.count
    #expect(stub.sentPacketCount == answers)
  }

  /// The other threads keep running, so they can't step. QEMU 7.2 crashes if they are asked to.
  @Test func onlyTheThreadThatStoppedSteps() throws {
    let stub = stub()
    stub.threadCount = 2
    let target = try RemoteTarget(transport: stub)
    stub.answers["?"] = nil
    try target.resume(.step())
    _ = try target.waitForStop(timeout: .seconds(1))
    let other = try target.threads()[1]
    stub.respond = { $0.hasPrefix("Hg") ? ["OK"] : nil }
    try target.select(other)
    let error = remoteError { try target.resume(.step()) }
    #expect(error?.code == .unsupported)
    #expect(target.stop != nil)
    #expect(stub.packets.last?.hasPrefix("vCont") == false)
  }
}
