import GDBRemote
import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The output of 'walk', and its requests to the machine.
@Suite struct WalkGoldenTests {
  private let fixture: ShellFixture

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    fixture.target.addGuestTables()
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
