internal import GDBRemote

/// Reads the state of an interrupt controller for one CPU from physical memory.
///
/// Reading doesn't change any of the registers. Each is read as a separate word: QEMU 7.2 answers a wider read with
/// zeros, except for the few 64-bit registers.
struct ControllerReading {
  private let reach: any TargetReach
  private let map: ControllerMap
  /// The affinity of the CPU, in the form of GICR_TYPER's upper half; nil if it isn't known.
  private let affinity: UInt32?
  /// The number of the CPU in its machine, which is used if the affinity isn't known.
  private let processor: UInt32

  init(_ reach: any TargetReach, map: ControllerMap, affinity: UInt32?, processor: UInt32) {
    self.reach = reach
    self.map = map
    self.affinity = affinity
    self.processor = processor
  }

  /// The state of the controller, or nil if its memory can't be read, or if it has no redistributor for the CPU.
  ///
  /// - Throws: what the target throws.
  func controller() throws -> InterruptController? {
    try reach.physicalMemory {
      switch map.distributor {
      case .v2(let distributor): try v2(distributor)
      case .v3(let distributor): try v3(distributor)
      }
    }
  }

  /// The CPU interface of a GICv2. (IHI 0048, 4.4: GICC_CTLR 0x0, GICC_PMR 0x4, GICC_RPR 0x14. GICC_IAR, which
  /// acknowledges, is not read.)
  func v2Interface() throws -> CPUInterfaceState? {
    guard case .v2 = map.distributor, let base = map.regions.first?.lowerBound else { return nil }
    guard let words = try reach.physicalMemory({ try words(at: [base, base &+ 4, base &+ 0x14]) })
    else { return nil }
    return CPUInterfaceState(
      mask: UInt8(truncatingIfNeeded: words[1]), running: UInt8(truncatingIfNeeded: words[2]),
      isGroup0On: words[0] & 1 != 0, isGroup1On: words[0] & 2 != 0)
  }

  /// The guest's interface of a GICv2, in the form of GICv3's. (IHI 0048, 5.3 "GIC virtual interface control
  /// registers": GICH_HCR 0x0, GICH_VTR 0x4, GICH_VMCR 0x8, GICH_APR 0xf0, GICH_LR<n> from 0x100.)
  func v2VirtualInterface() throws -> VirtualInterfaceState? {
    guard case .v2 = map.distributor, let base = map.virtualInterface else { return nil }
    return try reach.physicalMemory {
      guard let words = try words(at: [0, 4, 8, 0xf0].map { base &+ $0 }) else { return nil }
      let (control, vtr, machine, active) = (words[0], words[1], words[2], words[3])
      // ListRegs, bits 5:0.
      let addresses = (0...UInt64(vtr & 0x3f)).map { base &+ 0x100 &+ $0 * 4 }
      guard let listRegisters = try self.words(at: addresses) else { return nil }
      return VirtualInterfaceState(
        control: UInt64(control),
        // VMPriMask, bits 31:27, are the upper ones of VPMR; VMGrp0En and VMGrp1En are VENG0 and VENG1.
        machineControl: UInt64(machine & 0xf800_0000 | machine & 3),
        running: VirtualInterfaceState.runningPriority(
          activePriorities: UInt64(active), vtr: UInt64(vtr)),
        listRegisters: listRegisters.map(VirtualInterfaceState.ListRegister.init(v2:)))
    }
  }

  // MARK: The registers

  /// Words of the distributor and of a redistributor's second frame, by their offsets.
  private enum Offset {
    static let group: UInt64 = 0x80
    static let enabled: UInt64 = 0x100
    static let pending: UInt64 = 0x200
    static let active: UInt64 = 0x300
    static let priority: UInt64 = 0x400
    /// GICD_IROUTER<n>, eight bytes each.
    static let routing: UInt64 = 0x6000
    /// GICR_TYPER.
    static let redistributorType: UInt64 = 8
    /// The second frame of a redistributor, for the CPU's own interrupts.
    static let ownInterrupts: UInt64 = 0x1_0000
  }

  private static let bitmaps = [Offset.group, Offset.enabled, Offset.pending, Offset.active]

  private func words(at addresses: [UInt64]) throws -> [UInt32]? {
    var words: [UInt32] = []
    for response in try reach.physical(addresses.map { .memory(at: $0, byteCount: 4) }) {
      do throws(RemoteError) {
        guard let value = RegisterDescription.integer(try response.bytes()) else { return nil }
        words.append(UInt32(truncatingIfNeeded: value))
      } catch {
        guard error.isRefusedMemory else { throw error }
        return nil
      }
    }
    return words
  }

  /// The addresses of words `range` of each bitmap.
  private static func bitmapAddresses(_ base: UInt64, _ range: Range<Int>) -> [UInt64] {
    bitmaps.flatMap { offset in range.map { base &+ offset &+ UInt64($0) * 4 } }
  }

  private func v2(_ distributor: UInt64) throws -> InterruptController? {
    guard let head = try words(at: [distributor, distributor &+ 4]) else { return nil }
    let count = Self.wordCount(head[1])
    guard let bits = try words(at: Self.bitmapAddresses(distributor, 0..<count)) else { return nil }
    var controller = Self.controller(.v2, distributor, head[0], bits, count)
    let pending = InterruptController.numbers(controller.pending)
    try readPriorities(of: Array(0..<32) + pending, distributor, distributor, into: &controller)
    return controller
  }

  private func v3(_ distributor: UInt64) throws -> InterruptController? {
    guard let first = map.regions.first?.lowerBound,
      let head = try words(
        at: [distributor, distributor &+ 4, first &+ Offset.redistributorType])
    else { return nil }
    let count = Self.wordCount(head[1])
    // GICR_TYPER.VLPIS, bit 1: GICv4 has two frames more.
    let stride: UInt64 = head[2] & 2 != 0 ? 0x4_0000 : 0x2_0000
    let frames = map.regions.prefix(Self.regionLimit).flatMap { region in
      let count = (region.upperBound - region.lowerBound) / stride
      return (0..<min(count, Self.frameLimit)).map { region.lowerBound + $0 * stride }
    }
    let types = frames.flatMap {
      [$0 &+ Offset.redistributorType, $0 &+ Offset.redistributorType &+ 4]
    }
    let shared = Self.bitmapAddresses(distributor, 1..<count)
    guard let answers = try words(at: types + shared),
      let (frame, owner) = frame(frames, types: answers.prefix(types.count))
    else { return nil }
    let ownFrame = frame &+ Offset.ownInterrupts
    guard let own = try words(at: Self.bitmapAddresses(ownFrame, 0..<1)) else { return nil }
    let others = Array(answers.dropFirst(types.count))
    // Each bitmap begins with the CPU's own word.
    let bits = Self.bitmaps.indices.flatMap { index in
      [own[index]] + others[index * (count - 1)..<(index + 1) * (count - 1)]
    }
    var controller = Self.controller(
      .v3(redistributor: frame), distributor, head[0], bits, count)
    let pending = InterruptController.numbers(controller.pending).filter { $0 >= 32 }
      .prefix(Self.detailLimit)
    try readPriorities(of: Array(0..<32) + pending, ownFrame, distributor, into: &controller)
    // GICD_CTLR.ARE_NS, bit 4: interrupts are sent by affinity.
    if head[0] & 0x10 != 0 {
      try readRouting(of: Array(pending), to: owner, distributor, into: &controller)
    }
    return controller
  }

  /// The most redistributors in a region: more than the CPUs of any QEMU machine.
  private static let frameLimit: UInt64 = 512
  private static let regionLimit = 4
  /// How many of the pending shared interrupts are examined in detail.
  private static let detailLimit = 64

  /// The CPU's redistributor and affinity, by GICR_TYPER: the affinity is its upper half, and bits 23:8 are the
  /// CPU's number.
  private func frame(_ frames: [UInt64], types: ArraySlice<UInt32>) -> (UInt64, UInt32)? {
    for (frame, index) in zip(frames, types.indices.filter { $0 % 2 == 0 }) {
      let (number, owner) = (types[index] >> 8 & 0xffff, types[index + 1])
      if affinity.map({ $0 == owner }) ?? (number == processor) { return (frame, owner) }
    }
    return nil
  }

  /// GICD_TYPER.ITLinesNumber, bits 4:0: how many words follow the first.
  private static func wordCount(_ type: UInt32) -> Int { Int(type & 0x1f) + 1 }

  private static func controller(
    _ version: InterruptController.Version, _ distributor: UInt64, _ control: UInt32,
    _ bits: [UInt32], _ count: Int
  ) -> InterruptController {
    func bitmap(_ index: Int) -> [UInt32] { Array(bits[index * count..<(index + 1) * count]) }
    return InterruptController(
      version: version, distributor: distributor, control: control, enabled: bitmap(1),
      pending: bitmap(2), active: bitmap(3), group1: bitmap(0))
  }

  /// Reads the priorities of interrupts, a byte each: a CPU's own are in `ownFrame`.
  private func readPriorities(
    of numbers: [Int], _ ownFrame: UInt64, _ distributor: UInt64,
    into controller: inout InterruptController
  ) throws {
    let indices = Set(numbers.map { $0 / 4 }).sorted()
    let addresses = indices.map {
      ($0 < 8 ? ownFrame : distributor) &+ Offset.priority &+ UInt64($0) * 4
    }
    guard let words = try words(at: addresses) else { return }
    for (index, word) in zip(indices, words) {
      for byte in 0..<4 {
        controller.priorities[index * 4 + byte] = UInt8(truncatingIfNeeded: word >> (byte * 8))
      }
    }
  }

  /// Reads where the distributor sends interrupts: GICD_IROUTER has an affinity like MPIDR's, or with IRM, bit 31,
  /// means any CPU.
  private func readRouting(
    of numbers: [Int], to affinity: UInt32, _ distributor: UInt64,
    into controller: inout InterruptController
  ) throws {
    guard !numbers.isEmpty else { return }
    let addresses = numbers.flatMap { number in
      let address = distributor &+ Offset.routing &+ UInt64(number) * 8
      return [address, address &+ 4]
    }
    guard let words = try words(at: addresses) else { return }
    for (index, number) in numbers.enumerated() {
      let (low, high) = (words[index * 2], words[index * 2 + 1])
      controller.isForThisCPU[number] =
        low >> 31 != 0 || low & 0xff_ffff | (high & 0xff) << 24 == affinity
    }
  }
}
