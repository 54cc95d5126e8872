import ArmVCpu

/// A small Linux kernel in memory: names, types, a log, and a task.
package struct KernelFixture: Sendable {
  /// Where it begins, in its own addresses.
  package static let base = KallsymsFixture.base - 0x1_0000
  /// What is where, from the beginning.
  package static let btf = 0x28_0000
  package static let ring = 0x30_0000
  package static let descriptors = 0x30_1000
  package static let infos = 0x30_2000
  package static let text = 0x30_4000
  package static let pointer = 0x31_0000
  package static let entryTask = 0x31_0100
  /// How far the first CPU's own variables are from their addresses.
  package static let perCPU: UInt64 = 0x40
  package static let task = 0x32_0000
  package static let stack = 0x33_0000
  /// How many descriptors and bytes of text there are.
  package static let countBits = 5
  package static let sizeBits = 10

  package var bytes: [UInt8]
  /// Where in its names `vectors` are.
  package let vectors: UInt64

  /// A record to write.
  package struct Record: Sendable {
    package var nanoseconds: UInt64
    package var text: String
    package var level: UInt64 = 6
    /// 0: reserved, 1: committed, 2: final, 3: may be used again.
    package var state: UInt64 = 2

    package init(_ nanoseconds: UInt64, _ text: String, level: UInt64 = 6, state: UInt64 = 2) {
      (self.nanoseconds, self.text, self.level, self.state) = (nanoseconds, text, level, state)
    }
  }

  /// What the log has at a start.
  package static let records: [Record] = [
    Record(0, "Booting Linux on physical CPU 0x0000000000 [0x000f0510]"),
    Record(1_500_000, "Linux version 6.1.0-test"),
    Record(12_345_678_901, "Run /init as init process\n  with arguments:", level: 5),
  ]

  /// A kernel as most tests have it.
  package static let standard = KernelFixture()

  package init(_ layout: KallsymsFixture.Layout = .linux6_2, records: [Record] = records) {
    let kallsyms = KallsymsFixture(layout)
    bytes = kallsyms.bytes
    vectors = KallsymsFixture.base + 48
    // The header: its size, little-endian with 4 KiB pages, and what identifies it.
    put(UInt64(bytes.count), at: 16)
    put(2, at: 24)
    put(UInt64(0x644d_5241), at: 56)
    let banner = "Linux version 6.1.0-test (fixture) #1 SMP"
    bytes.replaceSubrange(0x20_0000..<0x20_0000 + banner.utf8.count, with: banner.utf8)
    bytes.replaceSubrange(
      Self.btf..<Self.btf + BTFFixture.kernel().bytes.count, with: BTFFixture.kernel().bytes)
    // `sub sp, sp, #336; add sp, sp, x0; sub x0, sp, x0`.
    code([0xd105_43ff, 0x8b20_63ff, 0xcb20_63e0], at: 0x1_0000 + 48 + 0x200)
    // `adrp x28, entryTask; add x28, x28, #…; mrs x20, tpidr_el1; ldr x28, [x28, x20]`.
    code(
      [Self.adrp(28, to: Self.entryTask, at: 0x1_0000 + 4 * 48)]
        + [0x9100_0000 | UInt32(Self.entryTask & 0xfff) << 10 | 28 << 5 | 28]
        + [0xd538_d094, 0xf874_6b9c], at: 0x1_0000 + 4 * 48)
    // `adrp x0, pointer; ldr x0, [x0]; ret`.
    code(
      [Self.adrp(0, to: Self.pointer, at: 0x1_0000 + 5 * 48), 0xf940_0000, 0xd65f_03c0],
      at: 0x1_0000 + 5 * 48)
    put(Self.address(Self.ring), at: Self.pointer)
    writeLog(records)
    writeTask()
  }

  /// The address of one of its bytes.
  package static func address(_ offset: Int) -> UInt64 { base + UInt64(offset) }

  package mutating func put(_ value: UInt64, at offset: Int) {
    bytes.replaceSubrange(offset..<offset + 8, with: littleEndian(value))
  }

  private mutating func code(_ words: [UInt32], at offset: Int) {
    for (index, word) in words.enumerated() {
      bytes.replaceSubrange(
        offset + index * 4..<offset + index * 4 + 4, with: littleEndian(UInt64(word)).prefix(4))
    }
  }

  private static func adrp(_ register: UInt32, to target: Int, at place: Int) -> UInt32 {
    let pages = UInt32(target / 4096 - place / 4096)
    return 0x9000_0000 | (pages & 3) << 29 | (pages >> 2) << 5 | register
  }

  // MARK: The log

  /// Writes records as the kernel does: each after the one before, the oldest are lost.
  package mutating func writeLog(_ records: [Record]) {
    let count: UInt64 = 1 << Self.countBits
    let size: UInt64 = 1 << Self.sizeBits
    let mask: UInt64 = 1 << 62 - 1
    // DESC0_ID and BLK0_LPOS of kernel/printk/printk_ringbuffer.h: the numbers soon begin again from 0.
    let first = (0 &- (count + 1)) & mask
    let firstPosition = 0 &- size
    var position = firstPosition
    put(UInt64(Self.countBits), at: Self.ring)
    put(Self.address(Self.descriptors), at: Self.ring + 8)
    put(Self.address(Self.infos), at: Self.ring + 16)
    put(UInt64(Self.sizeBits), at: Self.ring + 40)
    put(Self.address(Self.text), at: Self.ring + 48)
    var id = first
    // The descriptor that there is before any record.
    put(id | 3 << 62, at: Self.descriptors + Int(id % count) * 24)
    for (number, record) in records.enumerated() {
      id = (id &+ 1) & mask
      let text = Array(record.text.utf8)
      var begin: UInt64 = 3
      var next: UInt64 = 3
      if !text.isEmpty {
        let length = UInt64((text.count + 8 + 7) & ~7)
        begin = position
        next = begin &+ length
        var place = Int(begin % size)
        if begin / size != next / size {
          next = next / size * size &+ length
          place = 0
        }
        position = next
        put(id, at: Self.text + place)
        bytes.replaceSubrange(
          Self.text + place + 8..<Self.text + place + 8 + text.count, with: text)
      }
      let descriptor = Self.descriptors + Int(id % count) * 24
      put(id | record.state << 62, at: descriptor)
      put(begin, at: descriptor + 8)
      put(next, at: descriptor + 16)
      let info = Self.infos + Int(id % count) * 24
      put(UInt64(number), at: info)
      put(record.nanoseconds, at: info + 8)
      put(UInt64(text.count) | record.level << 29, at: info + 16)
    }
    let oldest = UInt64(records.count) < count ? first : (id &- (count - 1)) & mask
    put(id, at: Self.ring + 24)
    put(oldest, at: Self.ring + 32)
    put(position, at: Self.ring + 56)
    put(position &- firstPosition <= size ? firstPosition : position &- size, at: Self.ring + 64)
  }

  // MARK: The task

  /// Writes a task, which is the current one of the first CPU.
  package mutating func writeTask(_ name: String = "busybox", mm: UInt64 = base + 0x34_0000) {
    put(Self.address(Self.stack), at: Self.task + 8)
    put(85 | 84 << 32, at: Self.task + 16)
    put(mm, at: Self.task + 24)
    put(0, at: Self.task + 32)
    put(0, at: Self.task + 40)
    bytes.replaceSubrange(Self.task + 32..<Self.task + 32 + name.utf8.count, with: name.utf8)
    put(Self.address(Self.task), at: Self.entryTask + Int(Self.perCPU))
  }
}

extension FakeTarget {
  /// The guest's memory that the kernel has.
  private static let kernelIPA: UInt64 = 0x5000_0000
  private static let kernelPA: UInt64 = 0x4200_0000

  /// Puts a Linux kernel into the guest's memory, and the CPU's registers of EL1 to its use.
  ///
  /// - Parameter distance: how many bytes after the tables in use the kernel's own are: KPTI. The tables in use then map
  ///   nothing but other vectors.
  package func installKernel(
    _ kernel: KernelFixture = .standard, tablesAfter distance: UInt64 = 0
  ) {
    memory.mapGuest(Self.kernelIPA, to: Self.kernelPA, byteCount: 6 << 20)
    for offset in stride(from: 0, to: kernel.bytes.count, by: 4096) {
      let page = kernel.bytes[offset..<offset + 4096]
      guard page.contains(where: { $0 != 0 }) else { continue }
      _ = memory.write(Array(page), at: Self.kernelPA + UInt64(offset), .physical)
    }
    let tables = UInt64(4 << 20)
    func set(_ table: UInt64, _ index: UInt64, _ descriptor: UInt64) {
      memory.setDescriptor(
        descriptor, at: PhysicalAddress(Self.kernelPA + tables + table * 4096 + index * 8))
    }
    func table(_ number: UInt64) -> UInt64 { Self.kernelIPA + tables + number * 4096 | 3 }
    // The kernel's half: a block of 2 MiB each, with the access flag.
    let root = distance / 4096
    set(root, KernelFixture.base >> 39 & 511, table(32))
    set(32, KernelFixture.base >> 30 & 511, table(33))
    for block: UInt64 in 0..<2 {
      set(33, (KernelFixture.base >> 21 & 511) + block, Self.kernelIPA + block << 21 | 0x701)
    }
    if distance > 0 {
      let vectors: UInt64 = 0xffff_fbff_fdbf_7800
      for (number, shift): (UInt64, UInt64) in [(34, 39), (35, 30), (36, 21)] {
        set(number == 34 ? 0 : number - 1, vectors >> shift & 511, table(number))
      }
      set(36, vectors >> 12 & 511, Self.kernelIPA + 0x1_0000 | 0x703)
      self["VBAR"] = vectors
    } else {
      self["VBAR"] = kernel.vectors
    }
    // The other half: the same addresses.
    set(48, 0, table(49))
    set(49, 1, 0x4000_0000 | 0x701)
    self["TTBR1_EL1"] = Self.kernelIPA + tables
    self["TTBR0_EL1"] = Self.kernelIPA + tables + 48 * 4096
    // 48 bits, pages of 4 KiB, 40 bits of output.
    self["TCR_EL1"] = 16 | 16 << 16 | 2 << 30 | 2 << 32
    self["SCTLR"] = 1
    self["MAIR_EL1"] = 0xff
    self[SystemRegister(3, 0, 13, 0, 4)] = KernelFixture.perCPU
    self["SP_EL1"] = KernelFixture.address(KernelFixture.stack) + 0x4000
  }
}
