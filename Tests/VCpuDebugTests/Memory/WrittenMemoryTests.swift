import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Where written bytes went.
@Suite struct WrittenMemoryTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  private func write(
    _ space: AddressSpace, _ address: UInt64, _ bytes: [UInt8] = [1, 2, 3, 4]
  ) throws -> [String] {
    try session.memory.write(space, address, bytes, isLocated: true).map { part in
      let places = [part.address, part.intermediate, part.physical].map {
        $0.map { String($0, radix: 16) } ?? "-"
      }
      return places.joined(separator: " ") + " \(part.byteCount)"
    }
  }

  @Test func eachSpace() throws {
    #expect(try write(.guest, 0x4030_0000) == ["40300000 40300000 41300000 4"])
    #expect(try write(.intermediatePhysical, 0x4030_0000) == ["40300000 - 41300000 4"])
    #expect(try write(.hypervisor, 0x4020_6000) == ["40206000 - 40206000 4"])
    #expect(try write(.physical, 0x4130_0000) == [])
    #expect(target.memory.read(0x4130_0000, byteCount: 4, .physical) == [1, 2, 3, 4])
  }

  /// One part for what goes on in all spaces, and one for each place of what does not.
  @Test func partsAreJoined() throws {
    #expect(
      try write(.guest, 0x403f_effc, [UInt8](repeating: 7, count: 0x2008)) == [
        "403feffc 403feffc 413feffc 4100", "40400000 40400000 43001000 4096",
        "40401000 40401000 43000000 4",
      ])
    #expect(target.memory.read(0x4300_0000, byteCount: 5, .physical) == [7, 7, 7, 7, 0])
  }

  /// What counts are the tables by which it was written, also where it changes them.
  @Test func aWriteThatChangesItsTables() throws {
    // The block after the guest's first one leads to stage 2's own tables.
    _ = target.memory.write(littleEndian(0x4400_07fd), at: 0x4400_1080, .physical)
    #expect(
      try write(.intermediatePhysical, 0x4200_1080, littleEndian(0x4300_07fd)) == [
        "42001080 - 44001080 8"
      ])
    #expect(try write(.intermediatePhysical, 0x4200_1080) == ["42001080 - 43001080 4"])
  }

  /// A write that the stub does itself is done whether or not its tables can be walked.
  @Test(arguments: ["p TTBR0_EL2", "p TCR_EL2", "p SCTLR_EL2"])
  func aDirectWriteWithoutAWalk(request: String) throws {
    target.failNext(request, 0x22)
    #expect(try write(.hypervisor, 0x4020_6000) == [])
    #expect(target.memory.read(0x4020_6000, byteCount: 4, .physical) == [1, 2, 3, 4])
  }

  /// Only who asks for it pays for it.
  @Test func aDirectWriteIsOneRequest() throws {
    _ = target.takeTrace()
    try session.memory.write(.hypervisor, 0x4020_6000, [1])
    #expect(target.takeTrace() == ["M 0x40206000=01"])
  }

  @Test func assignments() throws {
    let memory = try session.assign("*(uint16_t *)(guest:0x40400fff) = 5").written
    #expect(memory?.space == .guest)
    #expect(memory?.parts.map(\.physical) == [0x4300_1fff, 0x4300_0000])
    #expect(try session.assign("$x0 = 5").written == nil)
    #expect(try session.assign("$anything = 5").written == nil)
  }
}
