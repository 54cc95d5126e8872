internal import ArmVCpu
internal import GDBRemote

/// The stage 2 of the guest that is on a CPU at EL2, to change entries of it. The CPU invalidates the TLBs itself, by
/// executed instructions; no other CPU runs in between.
struct Stage2Tables {
  /// An entry that maps memory: a page's or a block's.
  struct Entry: Equatable {
    /// The first intermediate physical address that it maps.
    let start: UInt64
    /// The level of its table.
    let level: Int
    /// Where it is in physical memory.
    let place: UInt64
    /// Its bits, whatever the byte order of the tables.
    let bits: UInt64

    /// The hint that its neighbours are contiguous. (Arm ARM DDI 0487, D8.7.1.)
    var isContiguous: Bool { bits >> 52 & 1 != 0 }
  }

  private let access: TargetAccess
  private let memory: SessionMemory
  private let controls: Stage2Controls
  let layout: TableLayout

  /// - Throws: `DebugError.cannotWalk` if no guest with tables is on the CPU.
  init(_ access: TargetAccess, _ memory: SessionMemory) throws {
    self.access = access
    self.memory = memory
    let translation = try memory.translations.translation(of: .intermediatePhysical)
    guard let controls = translation.stage2, let layout = controls.layout else {
      throw DebugError.cannotWalk("stage 2 has no tables")
    }
    self.controls = controls
    self.layout = layout
  }

  /// VTTBR_EL2.BADDR.
  var identity: UInt64 { GuestPage.tables(in: controls.vttbr) }

  /// The entries that map addresses; nil for one that isn't mapped.
  ///
  /// - Throws: `DebugError.cannotWatchByStage2` if a table can't be read.
  func entries(mapping addresses: [UInt64]) throws -> [Entry?] {
    let translation = AddressTranslation(stage1: nil, stage2: controls)
    return try memory.walks(of: addresses, by: translation).enumerated().map { index, walk in
      if case .fault(let fault) = walk.result, fault.status.isExternalAbortOnWalk {
        throw DebugError.cannotWatchByStage2(walk.reason ?? "a table cannot be read")
      }
      guard walk.output != nil, let step = walk.steps.last, case .leaf = step.descriptor,
        let bits = step.bits
      else { return nil }
      let size = UInt64(1) << UInt64(layout.shift(step.level))
      return Entry(
        start: addresses[index] & ~(size - 1), level: step.level, place: step.physicalAddress,
        bits: bits)
    }
  }

  /// Whether an address is mapped with all of a permission.
  func allows(_ permission: PagePermission, at address: UInt64) throws -> Bool {
    let kinds: [TranslatedAccess.Kind] =
      (permission.contains(.read) ? [.read] : []) + (permission.contains(.write) ? [.write] : [])
    let translation = AddressTranslation(stage1: nil, stage2: controls)
    return try kinds.allSatisfy {
      try memory.walk(of: address, by: translation, for: TranslatedAccess($0)).output != nil
    }
  }

  // MARK: Changing

  /// Changes bits of entries that the architecture lets change without a break: permissions.
  ///
  /// - Parameter isInvalidating: whether the CPU, which is at EL2, makes the TLBs forget them.
  func write(_ changes: [(place: UInt64, bits: UInt64)], isInvalidating: Bool = true) throws {
    for change in changes { try write(change.bits, at: change.place) }
    if isInvalidating { try invalidate() }
  }

  /// Replaces entries by what maps the same in another way, by break-before-make: they are invalid in between, and no
  /// TLB has them. (Arm ARM DDI 0487, D8.16.1 "Using break-before-make".)
  func replace(_ changes: [(place: UInt64, old: UInt64, new: UInt64)]) throws {
    do {
      for change in changes { try write(0, at: change.place) }
      try invalidate()
      for change in changes { try write(change.new, at: change.place) }
      try invalidate()
    } catch {
      // Without its entry the guest has no memory there.
      for change in changes { try? write(change.old, at: change.place) }
      throw error
    }
  }

  /// Makes a block into a table that maps the same.
  ///
  /// - Parameter table: the physical address of a page that nothing uses.
  func split(_ block: Entry, into table: UInt64) throws {
    let count = 1 << layout.granule.stride
    let contents = (0..<count).flatMap {
      bytes(of: layout.entry($0, splitting: block.bits, level: block.level))
    }
    do {
      try memory.write(.physical, table, contents)
      try replace([(block.place, block.bits, layout.entry(pointingTo: table))])
    } catch {
      try? clear(table)
      throw error
    }
  }

  /// Makes a table that a block was split into the block again. Returns false, and changes nothing, if someone has
  /// changed the table since.
  func join(_ block: Entry, from table: UInt64) throws -> Bool {
    guard try words(at: block.place, count: 1) == [layout.entry(pointingTo: table)] else {
      return false
    }
    var bits = block.bits
    for (index, word) in try words(at: table, count: 1 << layout.granule.stride).enumerated() {
      // What a CPU may have set: the access flag, bit 10, and where DBM is set S2AP[1], bit 7.
      let difference =
        (word ^ layout.entry(index, splitting: block.bits, level: block.level)) & ~(1 << 10)
      guard difference == 0 || difference == 1 << 7 && word >> 51 & word >> 7 & 1 != 0 else {
        return false
      }
      bits |= difference
    }
    try replace([(block.place, layout.entry(pointingTo: table), bits)])
    try clear(table)
    return true
  }

  private func clear(_ table: UInt64) throws {
    try memory.write(
      .physical, table, [UInt8](repeating: 0, count: Int(layout.granule.byteCount)))
  }

  /// Takes the hint away from an entry and its neighbours that they are contiguous, so that one of them can differ.
  ///
  /// - Returns: the entries that had it, as they were.
  func separate(_ entry: Entry) throws -> [(place: UInt64, bits: UInt64)] {
    let count = UInt64(layout.contiguousCount(entry.level))
    let first = entry.place & ~(count * 8 - 1)
    let group = try words(at: first, count: Int(count)).enumerated()
      .filter { $1 & 1 != 0 && $1 >> 52 & 1 != 0 }
      .map { index, bits in (place: first + UInt64(index) * 8, bits: bits) }
    try replace(group.map { ($0.place, $0.bits, $0.bits & ~(1 << 52)) })
    return group
  }

  /// Gives such entries the hint back, if none of them has changed but for the access flag.
  func unite(_ group: [(place: UInt64, bits: UInt64)]) throws {
    let now = try group.map { try words(at: $0.place, count: 1)[0] }
    let isSame = zip(group, now).allSatisfy { ($0.bits & ~(1 << 52) ^ $1) & ~(1 << 10) == 0 }
    guard isSame else { return }
    try replace(zip(group, now).map { ($0.place, $1, $1 | 1 << 52) })
  }

  /// Whether a page for a table can be used: it is memory, aligned, and zero.
  func isUsable(_ page: UInt64) throws -> Bool {
    let byteCount = Int(layout.granule.byteCount)
    guard page % layout.granule.byteCount == 0, page >> UInt64(layout.outputBitWidth) == 0,
      try memory.isReadable(.physical, page, byteCount: byteCount)
    else { return false }
    return try memory.read(.physical, page, byteCount: byteCount).allSatisfy { $0 == 0 }
  }

  // MARK: Memory

  private func words(at address: UInt64, count: Int) throws -> [UInt64] {
    let bytes = try memory.read(.physical, address, byteCount: count * 8)
    return (0..<count).map { index in
      let word = bytes[index * 8..<index * 8 + 8]
      let value = RegisterDescription.integer(word) ?? 0
      return controls.isBigEndian ? value.byteSwapped : value
    }
  }

  private func bytes(of bits: UInt64) -> [UInt8] {
    let value = controls.isBigEndian ? bits.byteSwapped : bits
    return (0..<8).map { UInt8(truncatingIfNeeded: value >> (UInt64($0) * 8)) }
  }

  private func write(_ bits: UInt64, at place: UInt64) throws {
    try memory.write(.physical, place, bytes(of: bits))
  }

  // MARK: TLBs

  /// DSB ISHST, TLBI VMALLS12E1IS, DSB ISH, ISB: all that the TLBs have of both stages of the guest on the CPU.
  /// (Arm ARM DDI 0487, D8.16.5 "TLB maintenance instructions", C6.2 "DSB", "ISB", "SYS".)
  private static let invalidation: [UInt32] = [0xd503_3a9f, 0xd50c_83df, 0xd503_3b9f, 0xd503_3fdf]

  private func invalidate() throws {
    let executor = try InstructionExecutor(access)
    let ground = try executor.ground()
    guard ground.hcr.contains(.vm), !ground.hcr.contains(.tge) else {
      throw DebugError.cannotWalk("no guest is on the CPU")
    }
    let row = Self.invalidation.map { PlacedInstruction(word: $0, operand: nil) }
    for outcome in try executor.run(row, on: ground) {
      guard case .executed = outcome else {
        throw DebugError.cannotWatchByStage2("EL2 can't invalidate the TLBs: the instruction traps")
      }
    }
  }
}
