import ArmVCpu
import GDBRemote
import GoldenText
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The output of 'info interrupts', and its requests to the machine.
@Suite struct InterruptsGoldenTests {
  private let fixture: ShellFixture

  init() throws {
    fixture = try ShellFixture(at: .wfi)
    fixture.target.addInterruptController()
  }

  /// All of it, and the second time without searching for the controller again.
  @Test func atAnExit() throws {
    let text = fixture.transcript(["info interrupts", "info interrupts"])
    try GoldenText.expect(text, "interrupts")
  }

  /// A guest whose WFI was handled continues.
  @Test func beforeAnEntryTheGuestDoesNotWaitAnyMore() throws {
    fixture.run("catch entry")
    fixture.run(
      "continue", .exit(.wfi),
      .stop {
        $0.stand(at: FixtureImages.entry, level: 2)
        $0["x0"] = FakeTarget.context
      })
    let text = fixture.run("info interrupts")
    #expect(text.hasPrefix("the CPU is at EL2\n"))
    #expect(text.contains("\n            the guest masks"))
    #expect(text.contains("what ends a wait\n  the CPU does not wait\n"))
  }

  /// The instruction before the CPU's PC is the hypervisor's WFI.
  @Test func aCPUThatWaits() throws {
    fixture.target.cpus[0].description = "CPU#0 [halted ]"
    let text = fixture.transcript(
      "continue",
      .stop(signal: 2) {
        $0.stand(at: FixtureImages.handler + 4, level: 2)
        _ = $0.memory.write([0x7f, 0x20, 0x03, 0xd5], at: FixtureImages.handler, .physical)
      })
    try GoldenText.expect(text + fixture.transcript("info interrupts"), "interrupts-waiting")
  }

  @Test func aCPUInTheGuest() throws {
    var text = fixture.transcript(
      "continue", .at(FixtureImages.guestAddress("wait"), level: 1, signal: 2))
    fixture.target["HCR_EL2"] |= 1 << 7
    text += fixture.transcript("info interrupts")
    try GoldenText.expect(text, "interrupts-guest")
  }

  /// A machine without any description, and one with a controller that isn't accessed.
  @Test func controllersThatAreNotRead() throws {
    func controller(_ tree: String) throws -> [String] {
      let fixture = try ShellFixture(at: .wfi)
      fixture.target.addInterruptController()
      fixture.target.addCPU()
      fixture.target.monitorAnswer = tree
      let text = fixture.run("info interrupts")
      #expect(!fixture.target.takeTrace().contains("physical on"))
      return text.split(separator: "\n").filter { $0.hasPrefix("controller") }.map(String.init)
    }
    #expect(
      try controller("unknown command\r\n") == [
        "controller  not read: the stub does not say where it is ('monitor info mtree' does in QEMU)"
      ])
    let tree = """
          0000000008000000-0000000008000fff (prio 0, i/o): gic_dist
          0000000008010000-0000000008011fff (prio 0, i/o): gic_cpu
      """
    #expect(
      try controller(tree) == [
        "controller  not read: it is a GICv2 of a machine with several CPUs, which ends QEMU when its registers are read through the stub"
      ])
    // A stub that reports addresses at the end of the address space.
    fixture.target.monitorAnswer = """
          fffffffffffff000-fffffffffffffffe (prio 0, i/o): gicv3_dist
          0000000000000000-fffffffffffffffe (prio 0, i/o): gicv3_redist_region[0]
      """
    #expect(fixture.run("info interrupts").contains("\ncontroller  "))
    // The CPU has none of these redistributors.
    let fixture = try ShellFixture(at: .wfi)
    fixture.target.addInterruptController()
    fixture.target[SystemRegister(named: "MPIDR_EL1")!] = 7
    #expect(
      fixture.run("info interrupts").contains(
        "controller  not read: its memory cannot be read, or has nothing for this CPU\n"))
  }

  /// A GICv2 has all three parts in memory; its list registers' priorities have five bits.
  @Test func aGICv2() throws {
    let target = fixture.target
    target.monitorAnswer = """
          0000000008000000-0000000008000fff (prio 0, i/o): gic_dist
          0000000008010000-0000000008011fff (prio 0, i/o): gic_cpu
          0000000008030000-0000000008030fff (prio 0, i/o): gic_viface
      """
    target[SystemRegister(named: "ID_AA64PFR0_EL1")!] = 0x2222
    let words: [(UInt64, UInt32)] = [
      (0x800_0000, 1), (0x800_0004, 1), (0x800_0100, 1 << 27), (0x800_0200, 1 << 27),
      (0x800_0418, 0xa0a0_a0a0), (0x801_0000, 1), (0x801_0004, 0xf0), (0x801_0014, 0xff),
      (0x803_0000, 1), (0x803_0004, 0x9000_0003), (0x803_0008, 0xf000_0001),
      (0x803_0104, 0x1a00_001b),
    ]
    for (address, word) in words { target.memory.setDeviceWord(word, at: address) }
    try GoldenText.expect(fixture.transcript("info interrupts"), "interrupts-gicv2")
  }

  @Test func elsewhere() throws {
    let session = try HypervisorSession(target: FakeTarget(.aarch64Program))
    let error = #expect(throws: DebugError.self) { try session.interrupts.state() }
    #expect(
      error?.description
        == "this target is AArch64 without a hypervisor: there are no interrupts of guests")
    fixture.target.isReplaying = true
    let text = fixture.run("info interrupts")
    #expect(text.contains("\n  virtual       on, due  interrupt 27"))
    #expect(
      text.contains(
        "the stub does not show it; the machine replays a recording, in which nothing else can be executed\n"
      ))
    #expect(fixture.run("info interrupts now") == "error: 'info interrupts' takes no arguments\n")
  }
}
