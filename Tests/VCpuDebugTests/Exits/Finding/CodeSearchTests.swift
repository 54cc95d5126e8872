import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct CodeSearchTests {
  private let target: FakeTarget
  private static let setsVectors: UInt32 = 0xd51c_c005
  private static let eret: UInt32 = 0xd69f_03e0

  init() throws { target = FakeTarget() }

  private func put(_ word: UInt32, at address: UInt64) {
    _ = target.memory.write(Array(littleEndian(UInt64(word)).prefix(4)), at: address, .physical)
  }

  private func search(symbols: String? = nil) throws -> CodeSearch {
    let session = try SessionFixture(target, symbols: symbols).session
    return CodeSearch(access: session.access, memory: session.memory, modules: session.modules)
  }

  @Test func aroundAnAddress() throws {
    put(Self.setsVectors, at: 0x4020_0000 - 0x8000)
    put(Self.eret, at: 0x4020_0000 + 0x7ffc)
    // Out of reach on both sides.
    put(Self.eret, at: 0x4020_0000 - 0x8004)
    put(Self.eret, at: 0x4020_0000 + 0x8000)
    #expect(
      try search().places(around: 0x4020_0123) == [
        .init(address: 0x401f_8000, instruction: .setsVectors(source: 5)),
        .init(address: 0x4020_7ffc, instruction: .exceptionReturn),
      ])
    #expect(target.takeTrace() == ["m 0x401f8000+65536"])
  }

  @Test func nothingIsBelowAddressZero() throws {
    #expect(try search().places(around: 0x10).isEmpty)
    #expect(target.takeTrace().first == "m 0x0+65536")
  }

  @Test func longPiecesAreReadInPartsAndWhatIsNotThereIsPassedOver() throws {
    put(Self.eret, at: 0x4004_0000)
    target.failNext("m 0x40000000+262144")
    let places = try search().places(
      physical: 0x4000_0000, virtual: 0xffff_0000_0000_0000, byteCount: 0x4_0010)
    #expect(places == [.init(address: 0xffff_0000_0004_0000, instruction: .exceptionReturn)])
    #expect(
      target.takeTrace() == [
        "monitor info mtree -f", "physical on | m 0x40000000+262144 | physical off",
        "physical on | m 0x40040000+16 | physical off",
      ])
  }

  @Test func aLostTargetIsNotPassedOver() throws {
    let search = try search()
    target.failures = [("m 0x401f8000+65536", RemoteError(.timeout, "no answer"))]
    #expect(throws: RemoteError.self) { try search.places(around: 0x4020_0000) }
  }

  /// Two pages of 4 KiB, one of them never executed; found by their virtual addresses.
  @Test func theExecutablePagesOfEL2sTables() throws {
    let control = try tables()
    put(Self.setsVectors, at: 0x4030_0010)
    put(Self.eret, at: 0x4031_0020)
    put(Self.eret, at: 0x4032_0000)
    let places = try search().places(by: control, control.regime(isCodeLow: true)).places
    #expect(
      places == [
        .init(address: 0x8000_0010, instruction: .setsVectors(source: 5))
      ])
  }

  @Test func tablesThatMakeNoSenseHaveNothing() throws {
    var control = try tables()
    control.ttbr0 = 0x4400_0000
    #expect(try search().places(by: control, control.regime(isCodeLow: true)).places.isEmpty)
    // T0SZ 63: there is no such table.
    control.tcr = 63
    #expect(try search().places(by: control, control.regime(isCodeLow: true)).places.isEmpty)
  }

  /// A table of level 1 with one of level 2 and one of level 3: 0x8000_0000 is code at 0x4030_0000, the page after it
  /// data.
  private func tables() throws -> ControlRegisters {
    for (address, entry) in [
      (0x4100_0000 + 2 * 8, 0x4100_1003), (0x4100_1000, 0x4100_2003),
      (0x4100_2000, 0x4030_0000 | 0x403),
      (0x4100_2008, 0x4031_0000 | 0x403 | 1 << 54),
    ] as [(UInt64, UInt64)] {
      _ = target.memory.write(littleEndian(entry), at: address, .physical)
    }
    return try #require(
      ControlRegisters([
        "VBAR_EL2": 0, "SCTLR_EL2": 1, "HCR_EL2": 0, "TTBR0_EL2": 0x4100_0000, "TCR_EL2": 25,
      ]))
  }

  @Test func theCodeOfAnELFByItsOwnAddresses() throws {
    let places = try search(symbols: ArmVCpuImage.file.get()).placesInSymbols()
    #expect(places == [.init(address: ArmVCpuImage.entry, instruction: .exceptionReturn)])
    #expect(try search().placesInSymbols().isEmpty)
  }

  @Test func whatQEMULoaded() throws {
    put(Self.setsVectors, at: 0x4020_0000)
    target.monitorAnswer = "addr=0000000040200000 size=0x001000 mem=ram name=\"hypervisor.bin\"\r\n"
    #expect(
      try search().placesInLoadedImages().places == [
        .init(address: 0x4020_0000, instruction: .setsVectors(source: 5))
      ])
    #expect(target.takeTrace().first == "monitor info roms")
    target.monitorAnswer = "unknown command: 'info roms'\r\n"
    #expect(try search().placesInLoadedImages().places.isEmpty)
  }
}
