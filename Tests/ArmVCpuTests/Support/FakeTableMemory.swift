@testable import ArmVCpu

/// Memory for `tableCount` translation tables from `base` on; the first one is the root.
struct FakeTableMemory: TableMemory {
  static let base: UInt64 = 0x8000_0000

  private(set) var words: [UInt64: UInt64] = [:]
  private(set) var used = 1
  let tableCount: Int

  init(tableCount: Int) { self.tableCount = tableCount }

  var root: PhysicalAddress { PhysicalAddress(Self.base) }

  func descriptor(at address: PhysicalAddress) -> UInt64? {
    guard address.rawValue >= Self.base, address.rawValue < Self.base + UInt64(used) * 4096,
      address.rawValue % 8 == 0
    else { return nil }
    return words[address.rawValue] ?? 0
  }

  mutating func setDescriptor(_ value: UInt64, at address: PhysicalAddress) {
    precondition(descriptor(at: address) != nil, "a descriptor outside of the tables")
    words[address.rawValue] = value
  }

  mutating func allocateTable() -> PhysicalAddress? {
    guard used < tableCount else { return nil }
    used += 1
    return PhysicalAddress(Self.base + UInt64(used - 1) * 4096)
  }

  /// Maps a range for a test.
  mutating func map(
    _ input: UInt64, to output: UInt64, byteCount: UInt64, as type: Stage2.MemoryType = .normal
  ) throws(Stage2MappingError) {
    try Stage2.map(
      IntermediatePhysicalAddress(input), to: PhysicalAddress(output), byteCount: byteCount,
      as: type, root: root, in: &self)
  }

  /// The walker's result, with the VTCR_EL2 of a CPU with 48-bit physical addresses.
  func translation(of input: UInt64) -> Stage2Translation {
    Stage2Translation(
      of: input, vttbr: 0x0003_0000_0000_0001 | root.rawValue,
      vtcr: Stage2.vtcr(physicalRange: 5)
    ) { descriptor(at: PhysicalAddress($0)) }
  }
}

/// What stage 2 makes of an address, in the few words that tests compare.
enum Stage2Translation: Equatable {
  /// It is mapped there, by a descriptor of this level.
  case mapped(PhysicalAddress, descriptor: UInt64, level: Int)
  /// The walk ends at an invalid descriptor of this level.
  case unmapped(level: Int)
  /// The address is wider than the input of the tables.
  case outOfRange
  /// A descriptor lies where there is no memory.
  case unreadable(PhysicalAddress)
  /// The address of a descriptor of this level is too wide.
  case tooWide(level: Int)
  /// VTCR_EL2 fits no tables.
  case noTables
  /// Another fault than those of a walk of stage 2.
  case notStage2(TranslationFault)

  init(of input: UInt64, vttbr: UInt64, vtcr: UInt64, memory: (UInt64) -> UInt64?) {
    let stage2 = Stage2Controls(vtcr: vtcr, vttbr: vttbr)
    var last: WalkStep?
    let result = AddressTranslation(stage1: nil, stage2: stage2).translate(
      input, observe: { last = $0 }, memory: memory)
    switch result {
    case .mapped(let translation):
      let leaf = translation.stage2
      self = .mapped(
        PhysicalAddress(translation.address), descriptor: leaf?.descriptor ?? 0,
        level: leaf?.level ?? -2)
    case .fault(let fault):
      let level = last?.level ?? 0
      self =
        switch fault.status {
        case _ where fault.stage != 2 || fault.isOnStage1Walk: .notStage2(fault)
        case FaultStatus(.translation, level: 0) where last == nil:
          stage2.layout == nil ? .noTables : .outOfRange
        case FaultStatus(.translation, level: level): .unmapped(level: level)
        case FaultStatus(.externalAbort, level: level):
          .unreadable(PhysicalAddress(last?.address ?? 0))
        case FaultStatus(.addressSize, level: level): .tooWide(level: level)
        default: .notStage2(fault)
        }
    case .unsupported: self = .noTables
    }
  }
}
