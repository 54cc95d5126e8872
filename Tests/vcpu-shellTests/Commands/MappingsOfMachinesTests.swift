import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// 'info mappings' of several virtual machines, and of what a guest doesn't reach.
@Suite struct MappingsOfMachinesTests {
  private let fixture: ShellFixture
  private var target: FakeTarget { fixture.target }

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    fixture.target.addGuestTables()
  }

  private func expectGolden(_ lines: [String], _ name: String) throws {
    try GoldenText.expect(
      lines.map { "(vcpu) \($0)\n" + fixture.run($0) }.joined(), name)
  }

  @Test func whoseTables() throws {
    target.addHypervisorTables()
    target.addOtherMachine()
    try expectGolden(
      [
        "info mappings s2 vm 7", "info mappings vm 7 0x40200000",
        "info mappings s2 cpu 0 0x40400000",
        "info mappings s2 cpu 1 ipa[cpu 1]:0x40003000", "info mappings vcpu 0 0x80200000",
        "info mappings s1 vcpu 0 user",
        "info mappings el2 cpu 1 0x40000000", "info mappings s2 vm 7 ipa:0x40000000",
        // Wrong ones.
        "info mappings el2 vm 7", "info mappings s2 vm 8", "info mappings s2 cpu 2",
        "info mappings s2 vm 7 ipa[vm 0]:0x40000000", "info mappings s2 vm 7 guest:$guest.pc",
        "info mappings s2 vm",
      ], "mappings-owners")
  }

  /// A machine that is on no CPU has its stage 2 left, if it was seen there or is named.
  @Test func aMachineThatIsOnNoCPU() throws {
    target.addOtherMachine()
    let shown = fixture.run("info mappings s2 vm 7")
    #expect(shown.hasPrefix("stage 2 of vm 7: VTTBR_EL2, VMID 7"))
    target["VTTBR_EL2", of: FakeTarget.otherCPU] = FakeMemory.stage2Root
    try fixture.session.refresh()
    #expect(fixture.run("info mappings vm 7") == shown)
    #expect(
      fixture.run("info mappings s1 vm 7")
        == "error: cannot walk the tables: vm 7 is on no CPU now: its stage 1 is unknown, and ipa[vm 7]: is its memory\n"
    )
  }

  @Test func memoryOfTwoMachines() throws {
    target.addHypervisorTables()
    target.addOtherMachine(isWritable: false)
    try expectGolden(
      ["info mappings s2 --check 0", "print $_findings", "info mappings s2 vm 7 --check 0"],
      "mappings-shared")
  }

  /// Without the machine's word a device is what both map as one.
  @Test func sharedMemoryWhereTheMachineIsUnknown() throws {
    target.addOtherMachine()
    let text = fixture.run("info mappings s2 --check 0")
    #expect(
      text.contains(
        """
        memory of two VMs: ipa:0x40100000-0x40101fff (8 KiB) leads to memory of vm 7 at pa:0x41100000, \
        ipa[vm 7]:0x40000000-0x40001fff: EL1 rwx, EL0 rwx of both
        memory of two VMs: ipa:0x40401000-0x40401fff (4 KiB) leads to memory of vm 7 at pa:0x43000000, \
        ipa[vm 7]:0x40002000-0x40002fff: EL1 rwx, EL0 rwx; of vm 7 EL1 r-x, EL0 r-x

        """), "\(text)")
    // And nothing of the device: then come what was not found, and two checks that need the machine's word.
    #expect(text.count { $0 == "\n" } == 7, "\(text)")
  }

  /// The same tables with another VMID are no other memory; tables that aren't there are said.
  @Test func machinesThatAreNamed() throws {
    fixture.run("vm add again vttbr 0x0009000044000000")
    let none = "not checked: memory of two VMs: no other VM is known ('info vms', 'vm add')\n"
    #expect(fixture.run("info mappings s2 --check").contains(none))
    fixture.run("vm add gone vttbr 0x0009000044300000 vtcr 0x3f")
    #expect(
      fixture.run("info mappings s2 --check").contains(
        "not checked: memory of two VMs: vm gone: no tables are where its VTTBR_EL2 and VTCR_EL2 say\n"
      ))
  }

  /// Tables of both machines that map the same again and again: it ends, and says so.
  @Test func tablesThatMapTheSameAgain() throws {
    let target = target
    target.addOtherMachine()
    for root: UInt64 in [0x4400_1000, 0x4410_1000] {
      for index in 0..<512 as Range<UInt64> {
        _ = target.memory.write(littleEndian(0x4420_0003), at: root + index * 8, .physical)
      }
    }
    for index in 0..<512 as Range<UInt64> {
      // Pages that no neighbour goes on from.
      let page = 0x4200_0000 + (index * 7 % 16) << 12 | 0x7ff
      _ = target.memory.write(littleEndian(page), at: 0x4420_0000 + index * 8, .physical)
    }
    let text = fixture.run("info mappings s2 --check 0")
    #expect(text.contains("\nand "), "\(text.suffix(500))")
    #expect(
      text.contains(
        "not checked: memory of two VMs: the tables map too much: not all was compared\n"),
      "\(text.suffix(500))")
  }

  @Test func whatIsNotReached() throws {
    target.addHypervisorTables()
    try expectGolden(
      [
        "info mappings s2 --unreached", "info mappings --unreached cpu 0 0x40000000",
        "info mappings --unreached device", "info mappings s1 --unreached",
      ], "mappings-unreached")
    // A root table that maps all as one block.
    let root: UInt64 = 0x4030_0000 + FixtureImages.guestOffset
    _ = target.memory.write(littleEndian(0x4000_0401), at: root + 8, .physical)
    try fixture.session.refresh()
    #expect(
      fixture.run("info mappings --unreached").contains(
        "tables of stage 1 (TTBR0_EL1 0x40300000, TTBR1_EL1 0x0) reach all of it\n"))
    target["SCTLR"] = 0
    try fixture.session.refresh()
    #expect(
      fixture.run("info mappings --unreached").contains(
        "\n  stage 1 is off now: the guest reaches all of it\n"))
  }

  @Test func whatIsNotReachedOfAnotherMachine() throws {
    target.addOtherMachine()
    // Its stage 1 has the first VM's registers: its root is 0 in other memory, and is reached as a table.
    let text = fixture.run("info mappings s2 vm 7 --unreached")
    #expect(text.contains("\n  0x0040200000-0x00402fffff     1 MiB  pa:0x42200000"), "\(text)")
    #expect(text.contains("\n  0x0040301000-0x00403fffff  1020 KiB  pa:0x42301000"), "\(text)")
    target["VTTBR_EL2", of: FakeTarget.otherCPU] = FakeMemory.stage2Root
    try fixture.session.refresh()
    #expect(
      fixture.run("info mappings vm 7 --unreached").hasPrefix(
        "error: cannot walk the tables: vm 7 is on no CPU now: its stage 1 is unknown"))
  }

  @Test func json() throws {
    let fixture = try ShellFixture.json(at: .mmioWrite)
    fixture.target.addGuestTables()
    fixture.target.addHypervisorTables()
    fixture.target.addOtherMachine(isWritable: false)
    let lines = ["info mappings s2 vm 7 --check 0", "info mappings s2 --unreached"].compactMap(
      fixture.answer)
    try GoldenText.expect(lines.joined(), "mappings-machines-json")
  }
}
