import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// How far nothing is mapped after an address that isn't.
@Suite struct AddressWalkHoleTests {
  /// With tables of every shape no address of a hole leads anywhere.
  @Test(arguments: [UInt64(31), 32])
  func nothingInAHoleIsMapped(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var (holes, wide) = (0, 0)
    for round in 0..<2_000 {
      var tables = RandomTables(seed: seed << 32 | UInt64(round))
      let translation = AddressTranslation(tables.registers.withoutUnknownFeatures)
      for _ in 0..<8 {
        let address = tables.anAddress()
        let walk = AddressWalk(address, by: translation) { tables.read($0) }
        guard let last = walk.lastOfHole else { continue }
        holes += 1
        if last - (last == .max ? 1 : 0) - address > 1 << 30 { wide += 1 }
        try #require(last >= address)
        var places = [last]
        for bits in stride(from: UInt64(0), to: 64, by: 7) {
          let offset = random.next() >> bits
          if offset <= last - address { places.append(address + offset) }
        }
        for place in places {
          let other = translation.translate(place) { tables.read($0) }
          guard case .mapped = other else { continue }
          Issue.record(
            "seed \(seed << 32 | UInt64(round)): 0x\(String(place, radix: 16)) is in the hole from 0x\(String(address, radix: 16)) to 0x\(String(last, radix: 16))"
          )
        }
      }
    }
    #expect(holes > 2_000, "\(holes)")
    #expect(wide > 200, "\(wide)")
  }

  /// What is mapped has no hole.
  @Test func mappedMemoryHasNone() throws {
    let target = try FakeTarget.booted()
    let session = try HypervisorSession.fake(target)
    #expect(try session.walks.walk(0x4020_0000, in: .guest).lastOfHole == nil)
    #expect(try session.walks.walk(0x4040_2000, in: .guest).lastOfHole == 0x4040_2fff)
    #expect(try session.walks.walk(0x5000_1234, in: .guest).lastOfHole == 0x501f_ffff)
    #expect(
      try session.walks.walk(0x8000_0000, in: .intermediatePhysical).lastOfHole == 0xbfff_ffff)
  }
}
