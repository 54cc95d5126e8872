import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct MemorySweepTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  private func pieces(
    _ space: AddressSpace, _ start: UInt64, _ byteCount: UInt64
  ) throws -> [MemorySweep.Piece] {
    let range = try #require(MemoryRange(space, start, byteCount: byteCount))
    var sweep = MemorySweep(range, of: session.memory)
    var pieces: [MemorySweep.Piece] = []
    while let piece = try sweep.next() { pieces.append(piece) }
    #expect(sweep.doneByteCount == byteCount)
    return pieces
  }

  /// What is mapped costs no more than its reads.
  @Test func healthyMemoryIsReadInLargePieces() throws {
    let pieces = try pieces(.hypervisor, 0x4000_1000, 0x20_0000)
    #expect(pieces.count == 3)
    #expect(
      target.takeTrace() == [
        "m 0x40001000+1044480", "m 0x40100000+1048576", "m 0x40200000+4096",
      ])
  }

  /// Each page that is there, and what the tables leave out in one step.
  @Test(arguments: [AddressSpace.guest, .intermediatePhysical])
  func aHoleIsPassedOver(space: AddressSpace) throws {
    let pieces = try pieces(space, 0x403f_f800, 0x1000_0000)
    var next: UInt64 = 0x403f_f800
    var gaps: [MemorySweep.Gap] = []
    for piece in pieces {
      switch piece {
      case .memory(let address, let bytes):
        #expect(address == next && next < 0x4040_2000)
        let expected = try session.memory.read(space, address, byteCount: bytes.count)
        #expect(bytes == expected)
        next += UInt64(bytes.count)
      case .gap(let gap):
        #expect(gap.start == next && gap.start >= 0x4040_2000)
        next = gap.last + 1
        if gaps.isEmpty || !gaps[gaps.count - 1].merge(gap) { gaps.append(gap) }
      }
    }
    #expect(gaps.map(\.start) == [0x4040_2000] && gaps.map(\.last) == [0x503f_f7ff])
    // Its 65,000 pages aren't asked for one by one.
    #expect(pieces.count < 700, "\(pieces.count)")
  }

  /// Any pages of a guest, in any range.
  @Test(arguments: 0..<6)
  func anyPages(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var isMapped = [Bool](repeating: false, count: 64)
    for index in isMapped.indices where Bool.random(using: &random) {
      isMapped[index] = true
      target.memory.mapGuest(
        0x5000_0000 + UInt64(index) << 12, to: 0x4200_0000 + UInt64(index) << 12,
        byteCount: 0x1000)
    }
    let start = 0x5000_0000 + UInt64.random(in: 0..<0x2_0000, using: &random)
    let byteCount = UInt64.random(in: 1...0x2_0000, using: &random)
    var next = start
    for piece in try pieces(.guest, start, byteCount) {
      let last: UInt64
      let isMemory: Bool
      switch piece {
      case .memory(let address, let bytes):
        #expect(address == next)
        (last, isMemory) = (address + UInt64(bytes.count - 1), true)
      case .gap(let gap):
        #expect(gap.start == next)
        (last, isMemory) = (gap.last, false)
      }
      for page in (next >> 12)...(last >> 12) {
        #expect(isMapped[Int(page - 0x5_0000)] == isMemory)
      }
      next = last + 1
    }
    #expect(next == start + byteCount)
  }

  @Test func theEndOfTheAddressSpace() throws {
    let range = try #require(MemoryRange(.hypervisor, .max - 0xfff, through: .max))
    var sweep = MemorySweep(range, of: session.memory)
    guard case .gap(let gap)? = try sweep.next() else {
      Issue.record("nothing is mapped there")
      return
    }
    #expect(gap.start == .max - 0xfff && gap.last == .max)
    #expect(try sweep.next() == nil)
  }

  /// After a cancelled wait the rest can still be read.
  @Test func whatEndsItIsThrown() throws {
    let range = try #require(MemoryRange(.hypervisor, 0x4000_0000, byteCount: 0x20_0000))
    var sweep = MemorySweep(range, of: session.memory)
    _ = try sweep.next()
    target.failures = [("m 0x40100000+1048576", RemoteError(.cancelled, "given up"))]
    #expect(throws: RemoteError.self) { try sweep.next() }
    #expect(sweep.position == 0x4010_0000)
    #expect(try sweep.next() != nil)
  }
}
