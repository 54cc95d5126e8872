import Testing

@testable import VCpuDebug

@Suite struct MachineMemoryMapTests {
  /// As QEMU 7.2 prints it for its virt machine, shortened.
  private static let tree = """
    FlatView #0
     AS "I/O", root: io
     Root memory region: io
      0000000000000000-000000000000ffff (prio 0, i/o): io

    FlatView #1
     AS "memory", root: system
     AS "cpu-memory-0", root: system
     Root memory region: system
      0000000000000000-0000000003ffffff (prio 0, romd): virt.flash0
      0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
      0000000009020000-0000000009020007 (prio 0, i/o): fwcfg.data
      0000000009020008-0000000009020009 (prio 0, i/o): fwcfg.ctl
      0000000040000000-000000004fffffff (prio 0, ram): mach-virt.ram
      0000000050000000-000000005fffffff (prio 0, ram): second @0000000010000000

    FlatView #2
     AS "gpex-root", root: bus master container
      0000000060000000-000000006fffffff (prio 0, ram): elsewhere
    """

  @Test func whereMemoryIs() throws {
    let map = try #require(MachineMemoryMap(flatMemory: Self.tree))
    #expect(map.memory == [0..<0x400_0000, 0x4000_0000..<0x6000_0000])
    #expect(map.devices == [0x800_0000..<0x801_0000, 0x902_0000..<0x902_000a])
    #expect(map.isMemory(0x4fff_fffc, byteCount: 8))
    #expect(!map.isMemory(0x5fff_fffc, byteCount: 8))
    #expect(!map.isMemory(0x800_0000, byteCount: 8))
    #expect(!map.isEmpty(at: 0x800_0000))
    #expect(map.isEmpty(at: 0xb00_0000) && map.isEmpty(at: 0x6000_0000) && map.isEmpty(at: .max))
  }

  @Test(arguments: [
    "", "info mtree isn't a command", "FlatView #0\n AS \"memory\", root: system\n",
  ])
  func noMap(text: String) {
    #expect(MachineMemoryMap(flatMemory: text) == nil)
  }
}
