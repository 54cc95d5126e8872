import Testing

@testable import VCpuDebug

/// The parts of an interrupt controller.
@Suite struct InterruptControllerTests {
  /// What QEMU 7.2 says of `virt`, shortened.
  @Test func itsPlaceIsWhatTheMachineSays() {
    let tree = """
      address-space: memory
        0000000000000000-ffffffffffffffff (prio 0, i/o): system
          0000000000000000-0000000003ffffff (prio 0, romd): virt.flash0
          0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
          0000000008080000-000000000809ffff (prio 0, i/o): gicv3_its
          00000000080a0000-00000000080dffff (prio 0, i/o): gicv3_redist_region[0]
          0000004000000000-000000400003ffff (prio 0, i/o): gicv3_redist_region[1]

      address-space: I/O
        0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
      """
    let map = ControllerMap(memoryTree: tree)
    #expect(map?.distributor == .v3(0x800_0000))
    #expect(map?.regions == [0x80a_0000..<0x80e_0000, 0x40_0000_0000..<0x40_0004_0000])
    #expect(map?.virtualInterface == nil)
  }

  @Test func aGICv2HasAnInterfaceInMemory() {
    let tree = """
          0000000008000000-0000000008000fff (prio 0, i/o): gic_dist
          0000000008010000-0000000008011fff (prio 0, i/o): gic_cpu
          0000000008030000-0000000008030fff (prio 0, i/o): gic_viface
      """
    let map = ControllerMap(memoryTree: tree)
    #expect(map?.distributor == .v2(0x800_0000))
    #expect(map?.regions == [0x801_0000..<0x801_2000])
    #expect(map?.virtualInterface == 0x803_0000)
  }

  @Test(
    arguments: [
      "", "unknown command: 'info mtree'\n",
      "    0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist\n",
      "    0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist [disabled]\n"
        + "    00000000080a0000-00000000080dffff (prio 0, i/o): gicv3_redist_region[0]\n",
      "    x-y (prio 0, i/o): gicv3_dist\n",
    ])
  func whatSaysNothingIsNotTaken(tree: String) {
    #expect(ControllerMap(memoryTree: tree) == nil)
  }

  /// Without Security there are two groups; the non-secure view has one, whose bits are others.
  @Test(
    arguments: [
      (0x52 as UInt32, false, true), (0x51, true, false), (0x53, true, true), (0x50, false, false),
      (0x12, true, true), (0x01, true, true), (0x10, false, false),
    ])
  func groupsAreThoseOfTheView(control: UInt32, isGroup0On: Bool, isGroup1On: Bool) {
    let controller = InterruptController(
      version: .v3(redistributor: 0), distributor: 0, control: control, enabled: [3], pending: [3],
      active: [0], group1: [2])
    #expect((controller.obstacle(to: 0, through: nil) == nil) == isGroup0On)
    #expect((controller.obstacle(to: 1, through: nil) == nil) == isGroup1On)
  }

  @Test func numbersAreThoseOfTheBits() {
    #expect(InterruptController.numbers([0x8000_0001, 0, 2]) == [0, 31, 65])
  }

  /// Pending and active, group 1, priority 0xa8, of the machine's 30; the same in a GICv2's form.
  @Test func listRegisters() {
    let v3 = VirtualInterfaceState.ListRegister(rawValue: 0xf0a8_001e_0000_001b)
    let v2 = VirtualInterfaceState.ListRegister(v2: 0xfa80_781b)
    #expect(v2 == v3)
    #expect(v3.state == .pendingAndActive)
    #expect(v3.interrupt == 27)
    #expect(v3.priority == 0xa8)
    #expect(v3.isGroup1)
    #expect(v3.hardwareInterrupt == 30)
    #expect(VirtualInterfaceState.ListRegister(v2: 0x1000_7c1b).hardwareInterrupt == nil)
  }

  /// Five bits of preemption have a bit for each eighth priority, six for each fourth.
  @Test(
    arguments: [
      (0 as UInt64, 4 as UInt64, nil), (1, 4, 0), (1 << 20, 4, 0xa0), (1 << 20 | 1 << 24, 4, 0xa0),
      (1 << 20, 5, 0x50),
    ] as [(UInt64, UInt64, UInt8?)])
  func runningPriority(active: UInt64, bits: UInt64, priority: UInt8?) {
    #expect(
      VirtualInterfaceState.runningPriority(activePriorities: active, vtr: bits << 26) == priority)
  }

  /// Both are unsigned, and the virtual counter alone has the offset.
  @Test func timersCompareWithoutSign() {
    var timers = InterruptTimers()
    timers.counter = 0x10
    timers.virtualOffset = 0x20
    let virtual = InterruptTimer(.virtual, control: 1, compareValue: 0xffff_ffff_ffff_fff0)
    #expect(timers.ticksUntilDue(virtual) == .init(count: 0, isPast: true))
    let physical = InterruptTimer(.physical, control: 1, compareValue: 0xffff_ffff_ffff_fff0)
    #expect(timers.ticksUntilDue(physical) == .init(count: 0xffff_ffff_ffff_ffe0, isPast: false))
    timers.virtualOffset = nil
    #expect(timers.isDue(virtual) == false)
  }
}
