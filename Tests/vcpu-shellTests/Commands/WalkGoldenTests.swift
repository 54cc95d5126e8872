import GDBRemote
import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The output of 'walk', and its requests to the machine.
@Suite struct WalkGoldenTests {
  private let fixture: ShellFixture

  /// A guest with its MMU on: 39 bits, a block at 0x8000_0000, pages at 0x8020_0000, and nothing beyond.
  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    let target = fixture.target
    target["SCTLR"] = 1 | 1 << 2 | 1 << 12
    // T0SZ 25, EPD1, IPS of 40 bits.
    target["TCR_EL1"] = 25 | 1 << 23 | 2 << 32
    target["TTBR0_EL1"] = 0x4030_0000
    target["MAIR_EL1"] = 0xff04
    let accessed: UInt64 = 1 << 10
    let normal: UInt64 = 3 << 8 | 1 << 2
    for (address, entry) in [
      (0x4030_0010, 0x4030_1003), (0x4030_0018, 0x6000_0003),
      // A block that EL1 may execute; a table of pages; a block that was not accessed yet.
      (0x4030_1000, 0x4020_0000 | 1 << 54 | accessed | normal | 1),
      (0x4030_1008, 0x4030_2003), (0x4030_1018, 0x4000_0000 | normal | 1),
      // A page that EL0 may write, a device's, and one that stage 2 does not map.
      (0x4030_2000, 0x4040_0000 | 3 << 53 | 1 << 11 | accessed | normal | 1 << 6 | 3),
      (0x4030_2008, 0x4020_0000 | 3 << 53 | accessed | 3),
      (0x4030_2010, 0x5000_0000 | 3 << 53 | accessed | normal | 3),
    ] as [(UInt64, UInt64)] {
      let bytes = RegisterDescription.ByteOrder.little.bytes(of: entry, byteCount: 8)
      _ = target.memory.write(bytes, at: address + FixtureImages.guestOffset, .physical)
    }
    _ = target.takeTrace()
  }

  @Test func bothStages() throws {
    try GoldenText.expect(
      fixture.transcript([
        "walk guest:0x80000010", "walk guest:0x80200008 for write",
        "walk guest:0x80200008 for exec", "walk guest:0x80200008 for write at el0",
        "walk guest:0x80000008 for read at el0", "walk s1 guest:0x80201000",
        "walk guest:0x80600000", "walk guest:0x80600000 for read",
      ]), "walk")
  }

  @Test func faults() throws {
    try GoldenText.expect(
      fixture.transcript([
        "walk guest:0x80202000", "walk guest:0x80400000", "walk guest:0xc0000000",
        "walk guest:0xffff000000000000", "walk guest:0x8000000000", "walk ipa:0x50000000",
        "walk ipa:0x8000000000", "walk hv:$hv.pc",
      ]), "walk-faults")
  }

  @Test func errors() throws {
    try GoldenText.expect(
      fixture.transcript([
        "walk", "walk s2 guest:0", "walk s1 ipa:0", "walk pa:0", "walk s2 hv:0", "walk s3 guest:0",
        "walk guest:0 for", "walk guest:0 for read at el1",
      ]), "walk-errors")
  }

  /// The fake's CPU finds a fault everywhere.
  @Test func theCPUDisagrees() throws {
    let text = fixture.run("walk --hardware guest:0x80000010")
    #expect(text.contains("\nthe CPU disagrees, AT S12E1R: a fault  (PAR_EL1 0x1)\n  "))
  }

  /// A walk looks, and changes nothing: no register and no memory is written.
  @Test(arguments: [
    "walk guest:0x80000010", "walk ipa:0x40200000 for write", "walk hv:$hv.pc",
    "walk s1 guest:0x80201000 for exec",
  ])
  func nothingIsWritten(line: String) {
    let text = fixture.run(line)
    #expect(!text.hasPrefix("error"))
    let trace = fixture.target.takeTrace()
    #expect(!trace.isEmpty)
    #expect(!trace.contains { $0.hasPrefix("P ") || $0.hasPrefix("M ") || $0.hasPrefix("s") })
  }
}
