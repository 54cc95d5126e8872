import ArmVCpu
import GDBRemote
import TestSupport

/// Translation tables in a fake machine, written by hand.
extension FakeTarget {
  private static let accessed: UInt64 = 1 << 10
  private static let normal: UInt64 = 3 << 8 | 1 << 2

  private func write(_ entries: [(address: UInt64, entry: UInt64)]) {
    for (address, entry) in entries {
      let bytes = RegisterDescription.ByteOrder.little.bytes(of: entry, byteCount: 8)
      _ = memory.write(bytes, at: address, .physical)
    }
    _ = takeTrace()
  }

  /// Turns the guest's MMU on: 39 bits, a block at 0x8000_0000, pages at 0x8020_0000, and nothing beyond.
  func addGuestTables() {
    self["SCTLR"] = 1 | 1 << 2 | 1 << 12
    // T0SZ 25, EPD1, IPS of 40 bits.
    self["TCR_EL1"] = 25 | 1 << 23 | 2 << 32
    self["TTBR0_EL1"] = 0x4030_0000
    self["MAIR_EL1"] = 0xff04
    let (accessed, normal) = (Self.accessed, Self.normal)
    let entries: [(UInt64, UInt64)] = [
      (0x4030_0010, 0x4030_1003), (0x4030_0018, 0x6000_0003),
      // A block that EL1 may execute; a table of pages; a block that was not accessed yet.
      (0x4030_1000, 0x4020_0000 | 1 << 54 | accessed | normal | 1),
      (0x4030_1008, 0x4030_2003), (0x4030_1018, 0x4000_0000 | normal | 1),
      // A page that EL0 may write, a device's, and one that stage 2 does not map.
      (0x4030_2000, 0x4040_0000 | 3 << 53 | 1 << 11 | accessed | normal | 1 << 6 | 3),
      (0x4030_2008, 0x4020_0000 | 3 << 53 | accessed | 3),
      (0x4030_2010, 0x5000_0000 | 3 << 53 | accessed | normal | 3),
    ]
    write(entries.map { ($0.0 + FixtureImages.guestOffset, $0.1) })
  }

  /// Turns EL2's MMU on, with mistakes: memory that EL2 may write and execute, a device that is cached, and RAM that
  /// is a device.
  func addHypervisorTables() {
    self["SCTLR_EL2"] = 1 | 1 << 2 | 1 << 12
    // T0SZ 25, PS of 40 bits.
    self["TCR_EL2"] = 25 | 2 << 16
    self["TTBR0_EL2"] = 0x4450_0000
    self["MAIR_EL2"] = 0xff04
    let never: UInt64 = 1 << 54
    let (accessed, normal) = (Self.accessed, Self.normal)
    write([
      (0x4450_0000, never | accessed | 1), (0x4450_0008, 0x4450_1003),
      // Writable and executable; the hypervisor's code, and its data.
      (0x4450_1000, 0x4000_0000 | accessed | normal | 1),
      (0x4450_1008, 0x4020_0000 | 1 << 7 | accessed | normal | 1),
      (0x4450_1010, 0x4040_0000 | never | accessed | normal | 1),
      // RAM as a device's, a device's as RAM, and the tables.
      (0x4450_1018, 0x4060_0000 | never | accessed | 1),
      (0x4450_1020, 0x0900_0000 | never | accessed | normal | 1),
      (0x4450_1110, 0x4440_0000 | never | accessed | normal | 1),
    ])
    monitorAnswer = Self.flatMemory
  }

  /// What QEMU says is where, shortened.
  static let flatMemory = """
    FlatView #0
     AS "I/O", root: io
     Root memory region: io
      0000000000000000-000000000000ffff (prio 0, i/o): io

    FlatView #1
     AS "memory", root: system
     AS "cpu-memory-0", root: system
     Root memory region: system
      0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
      0000000009000000-0000000009000fff (prio 0, i/o): pl011
      0000000009010000-0000000009010fff (prio 0, i/o): pl031
      0000000009030000-0000000009030fff (prio 0, i/o): pl061
      000000000a000000-000000000a0001ff (prio 0, i/o): virtio-mmio
      0000000040000000-0000000044ffffff (prio 0, ram): mach-virt.ram @0000000000000000

    FlatView #2
     AS "gpex-root", root: bus master container
     Root memory region: (none)
      0000000041000000-00000000410fffff (prio 0, i/o): elsewhere\r\n
    """

  /// The CPU of `addOtherMachine`.
  static let otherCPU = ThreadID(process: 1, thread: 2)

  /// Adds a second CPU with VM 7, whose tables are at 0x4410_0000: memory of its own, a page of the first VM's and, read
  /// only, another one.
  ///
  /// - Parameter isWritable: whether the first VM may write the second page too.
  func addOtherMachine(isWritable: Bool = true) {
    let cpu = addCPU()
    self["VTTBR_EL2", of: cpu] = 7 << 48 | 0x4410_0000
    self["VMPIDR_EL2", of: cpu] = 1 << 31
    write([
      (0x4410_0008, 0x4410_1003), (0x4410_1000, 0x4410_2003), (0x4410_1008, 0x4220_07fd),
      // Two pages of the first VM's memory, in a row here and there; one that is read only; a device.
      (0x4410_2000, 0x4110_07ff), (0x4410_2008, 0x4110_17ff), (0x4410_2010, 0x4300_077f),
      (0x4410_2018, 0x0900_07c7),
    ])
    if !isWritable {
      // The page at IPA 0x40401000 of the first VM: PA 0x43000000.
      let table = memory.descriptor(at: PhysicalAddress(FakeMemory.stage2Root + 0x1010)) ?? 0
      write([((table & ~0xfff) + 8, 0x4300_077f)])
    }
  }

  /// Gives the guest's stage 2 entries that it should not have, each a block of 2 MiB.
  func breakStage2() {
    write([
      // The hypervisor's code, stage 2's own tables, and EL2's.
      (0x4400_1080, 0x4020_07fd), (0x4400_1088, 0x4400_07fd), (0x4400_1090, 0x4440_077d),
      // An address beyond the 40 bits of VTCR_EL2.PS, RAM as a device's, and devices that are cached.
      (0x4400_1098, 1 << 45 | 0x7fd), (0x4400_10a0, 0x4300_07c5), (0x4400_10a8, 0x0900_07fd),
    ])
  }
}
