import Testing

@testable import GDBRemote

/// Memory as bytes rather than digits, in both dialects.
struct BinaryMemoryTests {
  private static let memory = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 37) }

  /// A stub that answers `x` with at most `limit` bytes of `memory`, after `prefix`.
  private func stub(
    _ features: String, prefix: [UInt8] = [], limit: Int = .max
  ) -> FakeStub {
    let stub = RealStubs.stub(announcing: features)
    stub.respondInBytes = { packet in
      guard packet.first == "x" else { return nil }
      let numbers = packet.dropFirst().split(separator: ",").compactMap { Int($0, radix: 16) }
      if numbers[1] == 0 { return Array("OK".utf8) }
      guard numbers[0] < Self.memory.count else { return Array("E08".utf8) }
      let end = min(numbers[0] + min(numbers[1], limit), Self.memory.count)
      return prefix + Self.memory[numbers[0]..<end]
    }
    stub.fillWith(Self.memory)
    return stub
  }

  @Test func gdbsForm() throws {
    let stub = stub("PacketSize=100;binary-upload+", prefix: [UInt8(ascii: "b")], limit: 100)
    let target = try RemoteTarget(transport: stub)
    #expect(target.profile.binaryReads == .prefixed)
    #expect(try target.readMemory(at: 0, byteCount: 1024) == Self.memory)
    #expect(!stub.packets.contains { $0.hasPrefix("m") })
    #expect(
      remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 4) }?.code
        == .memoryUnreadable)
    stub.respondInBytes = { $0.first == "x" ? [UInt8(ascii: "b")] : nil }
    #expect(
      remoteError { _ = try target.readMemory(at: 0, byteCount: 4) }?.code == .memoryUnreadable)
    stub.respondInBytes = { $0.first == "x" ? Array("c123".utf8) : nil }
    #expect(
      remoteError { _ = try target.readMemory(at: 0, byteCount: 4) }?.code == .protocolViolation)
    stub.respondInBytes = { $0.first == "x" ? Array("b12345".utf8) : nil }
    #expect(
      remoteError { _ = try target.readMemory(at: 0, byteCount: 4) }?.code == .protocolViolation)
  }

  @Test func lldbsForm() throws {
    let stub = stub(RealStubs.lldbServerFeatures)
    let target = try RemoteTarget(transport: stub)
    #expect(target.profile.binaryReads == .bare)
    #expect(try target.readMemory(at: 0, byteCount: 1024) == Self.memory)
    // A few bytes may look like an error, so they are read as digits.
    #expect(try target.readMemory(at: 5, byteCount: 3) == Array(Self.memory[5..<8]))
    #expect(stub.packets.last == "m5,3")
    #expect(
      remoteError { _ = try target.readMemory(at: 0x1000, byteCount: 64) }?.code
        == .memoryUnreadable)
  }

  /// Memory that spells a stop or an error is memory.
  @Test func dataThatLooksLikeAPacketIsData() throws {
    let stub = stub(RealStubs.lldbServerFeatures)
    let target = try RemoteTarget(transport: stub)
    for text in ["T05thread:p01.01;", "W00", "X09;process:1", "OK"] {
      let data = Array(text.utf8) + [UInt8](repeating: 0x2e, count: 100 - text.utf8.count)
      stub.respondInBytes = { $0.first == "x" ? data : nil }
      #expect(try target.readMemory(at: 0, byteCount: 100) == data)
    }
    // An error with LLDB's text may be data as well: only digits tell.
    let error = Array("E08;6e6f".utf8)
    let data = error + [UInt8](repeating: 0x30, count: 100 - error.count)
    stub.respondInBytes = { packet in packet.first == "x" ? data : nil }
    #expect(
      try target.readMemory(at: 0, byteCount: 100) == Array(Self.memory[0..<100]))
  }

  @Test func aStubWithoutItIsNotAskedTwice() throws {
    let stub = RealStubs.stub(announcing: RealStubs.lldbServerFeatures)
    stub.fillWith(Self.memory)
    let target = try RemoteTarget(transport: stub)
    #expect(target.profile.binaryReads == .none)
    #expect(try target.readMemory(at: 0, byteCount: 200) == Array(Self.memory[0..<200]))
    #expect(stub.packets.count { $0.hasPrefix("x") } == 1)
  }

  @Test func longWritesAreBytesWhereTheStubTakesThem() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=200;qXfer:features:read+")
    stub.takesBinaryWrites = true
    let target = try RemoteTarget(transport: stub)
    try target.writeMemory(at: 0x100, Self.memory)
    for (index, byte) in Self.memory.enumerated() {
      try #require(stub.memory[0x100 + UInt64(index)] == byte)
    }
    #expect(stub.packets.contains("X100,0:"))
    #expect(!stub.packets.contains { $0.hasPrefix("M") })
    // A short write isn't worth the probe.
    try target.writeMemory(at: 0x100, [1, 2])
    #expect(stub.packets.contains("M100,2:0102"))
  }

  @Test func withoutThemTheyAreDigits() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=200;qXfer:features:read+")
    let target = try RemoteTarget(transport: stub)
    try target.writeMemory(at: 0x100, Self.memory)
    try target.writeMemory(at: 0x100, Self.memory)
    #expect(stub.packets.count { $0.hasPrefix("X") } == 1)
    #expect(stub.memory[0x100 + 1023] == Self.memory[1023])
    // It is known of QEMU.
    let qemu = FakeStub()
    try RemoteTarget(transport: qemu).writeMemory(at: 0, Self.memory)
    #expect(!qemu.packets.contains { $0.hasPrefix("X") })
  }

  @Test func quirk21MemoryIsReadUpToItsEnd() throws {
    let stub = FakeStub()
    stub.fill(0x1000..<0x3123)
    let target = try RemoteTarget(transport: stub)
    #expect(
      remoteError { _ = try target.readMemory(at: 0x3000, byteCount: 0x200) }?.code
        == .memoryUnreadable)
    let bytes = try target.readMemory(at: 0x1800, upTo: 0x4000)
    #expect(bytes.count == 0x3123 - 0x1800)
    #expect(bytes.last == stub.memory[0x3122])
    #expect(try target.readMemory(at: 0x8000, upTo: 0x100) == [])
    #expect(try target.readMemory(at: 0x1000, upTo: 0) == [])
    #expect(
      try target.readMemory(at: 0x1000, upTo: 8) == (0x1000..<0x1008).map { stub.memory[$0]! })
  }
}
