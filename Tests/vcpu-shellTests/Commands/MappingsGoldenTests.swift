import GDBRemote
import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The output of 'info mappings', and its requests to the machine.
@Suite struct MappingsGoldenTests {
  private let fixture: ShellFixture

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    fixture.target.addGuestTables()
  }

  @Test func eachStage() throws {
    fixture.target.addHypervisorTables()
    try GoldenText.expect(
      fixture.transcript([
        "info mappings", "info mappings s2", "info mappings el2",
      ]), "mappings")
  }

  @Test func filters() throws {
    fixture.target.addHypervisorTables()
    try GoldenText.expect(
      [
        "info mappings executable", "info mappings user", "info mappings user writable",
        "info mappings writable executable", "info mappings kernel user", "info mappings device",
        "info mappings el2 writable executable normal", "info mappings 0x80201abc",
        "info mappings s2 0x40200000, 0x200001", "info mappings el2 hv:$hv.pc",
        "info mappings s2 ipa:(guest:$guest.pc)", "info mappings 0xc0000000",
        "info mappings device el2 1",
      ].map { "(vcpu) \($0)\n" + fixture.run($0) }.joined(), "mappings-filters")
  }

  @Test func findings() throws {
    fixture.target.addHypervisorTables()
    fixture.target.breakStage2()
    try GoldenText.expect(
      [
        "info mappings s2 --check", "print $_findings", "info mappings el2 0 --check",
        "print $_findings", "info mappings --check",
      ].map { "(vcpu) \($0)\n" + fixture.run($0) }.joined(), "mappings-check")
    // A finding is no error, and a script can ask for it.
    #expect(fixture.shell.status == .ok)
    #expect(fixture.run("assert $_findings == 4") == "")
    #expect(fixture.run("assert $_findings == 0").contains("$_findings = 4"))
  }

  /// Without the machine's word for what is where, and without EL2's tables, that is said.
  @Test func whatIsNotChecked() throws {
    let text = fixture.run("info mappings s2 --check")
    #expect(
      text.contains(
        """
        not checked: cached device: the stub does not say what is where ('monitor info mtree -f' does in QEMU)
        not checked: RAM as a device: the stub does not say
        """))
    #expect(text.contains("nothing found of: hypervisor's memory, EL2's tables, stage 2's own"))
  }

  /// Without the hypervisor's ELF its code is known by EL2's own tables.
  @Test func codeWithoutAnELF() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .mmioWrite)
    target.addHypervisorTables()
    target.breakStage2()
    let text = try ShellFixture(target).run("info mappings s2 --check")
    #expect(
      text.contains(
        "\nhypervisor's memory: ipa:0x42000000-0x421fffff (2 MiB) leads to code that EL2 executes at pa:0x40200000: EL1 rwx, EL0 rwx\n"
      ), "\(text)")
    #expect(
      text.contains(
        "\nnot checked: hypervisor's memory: all but the code that EL2 executes, as the hypervisor's ELF is not known (--symbols)\n"
      ), "\(text)")
  }

  /// Ctrl-C ends it before anything is shown, and the target is as it was.
  @Test func itIsInterrupted() {
    fixture.raise(.interrupt)
    let text = fixture.run("info mappings")
    #expect(!text.contains("stage 1"), "\(text)")
    #expect(fixture.target.takeTrace().filter { $0.hasPrefix("m ") }.isEmpty)
    #expect(fixture.run("info mappings").contains("5 ranges: 5 entries"))
  }

  /// The guest's pages that lead to a device, and RAM that stage 1 makes a device's, through stage 2.
  @Test func findingsThroughBothStages() throws {
    fixture.target.monitorAnswer = FakeTarget.flatMemory
    let text = fixture.run("info mappings s1 --check")
    // The page at 0x80201000 is a device's by stage 1, and RAM behind both stages.
    #expect(
      text.contains(
        "RAM as a device: guest:0x80201000-0x80201fff (4 KiB) is RAM, mach-virt.ram at pa:0x41200000, but is mapped as device-nGnRE\n"
      ), "\(text)")
    #expect(text.contains("nothing found of: cached device, address too wide"))
  }

  @Test func errors() throws {
    try GoldenText.expect(
      fixture.transcript([
        "info mappings s3", "info mappings s2 guest:$guest.pc", "info mappings s1 hv:$hv.pc",
        "info mappings s2 0, 0", "info mappings s2 1,", "info mappings s2 -1, 2",
      ]), "mappings-errors")
  }

  @Test func stagesThatAreOff() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(
      fixture.run("info mappings s1") == """
        stage 1: TTBR0_EL1, ASID 0: stage 1 is off: an address leads to the same address
        stage 1: TTBR1_EL1, ASID 0: stage 1 is off: an address leads to the same address

        """)
    // Then the first stage that an address goes through is stage 2; at a stop of the hypervisor it is EL2's own.
    #expect(fixture.run("info mappings").hasPrefix("stage 2: VTTBR_EL2, VMID 0, 4 KiB pages"))
    fixture.target["VTCR_EL2"] = 0x3f
    // The registers that were read are kept until the target runs.
    try fixture.session.refresh()
    #expect(
      fixture.run("info mappings")
        == "stage 2: VTTBR_EL2, VMID 0: no tables have the T0SZ and SL0 of VTCR_EL2\n")
    let hypervisor = try ShellFixture()
    #expect(
      hypervisor.run("info mappings")
        == "stage 1: TTBR0_EL2: stage 1 is off: an address leads to the same address\n")
  }

  /// All pages of a level are read together: a round trip for each level.
  @Test func aRoundTripForEachLevel() {
    fixture.target.addHypervisorTables()
    fixture.run("info mappings s2")
    let trace = fixture.target.takeTrace()
    #expect(trace.count { $0.hasPrefix("physical on | m ") } == 3, "\(trace)")
    #expect(!trace.contains { $0.hasPrefix("P ") || $0.hasPrefix("M ") || $0.hasPrefix("s") })
  }

  /// A table that maps itself everywhere: the listing ends, and says where.
  @Test func tablesThatMapThemselves() {
    let target = fixture.target
    let entry = RegisterDescription.ByteOrder.little.bytes(of: 0x4400_0003, byteCount: 8)
    for index in 0..<512 {
      _ = target.memory.write(entry, at: 0x4400_0000 + UInt64(index) * 8, .physical)
    }
    let text = fixture.run("info mappings s2 0x1000")
    #expect(text.contains("\n  stopped after "), "\(text)")
    #expect(text.contains("nothing is known from ipa:0x"))
  }

  @Test func json() throws {
    let fixture = try ShellFixture.json(at: .mmioWrite)
    fixture.target.addGuestTables()
    fixture.target.addHypervisorTables()
    fixture.target.breakStage2()
    let lines = ["info mappings user", "info mappings s2 0x42600000 --check"].compactMap(
      fixture.answer)
    try GoldenText.expect(lines.joined(), "mappings-json")
  }
}
