internal import ArmVCpu
internal import VCpuDebug

/// What the tables of a stage map: ranges of addresses, and what was found wrong with them if that was asked for.
struct MappingsAnswer: Answer {
  static let kind = "mappings"
  /// `s1`, `s2` or `el2`.
  let stage: Stage
  /// Whose tables they are, `vm 3` for instance; omitted for those of the selected CPU.
  let owner: String?
  /// The space of the addresses: `guest`, `ipa` or `hv`, with the owner: `ipa[vm 3]`.
  let space: String
  /// The space of what they lead to: `ipa` or `pa`.
  let outputSpace: String
  /// The words by which ranges were chosen.
  let filter: [String]
  /// The first address of those that were asked for; omitted for all.
  let first: Hex?
  /// The last address of those that were asked for; omitted for all.
  let last: Hex?
  /// The tables, those of each register.
  let tables: [Tables]
  /// What was looked for and found; omitted unless that was asked for.
  let check: Check?
  /// What stage 1 doesn't lead to; omitted unless that was asked for. Then `ranges` has only that.
  let unreached: Unreached?

  /// Whose tables.
  enum Stage: String, Codable, CaseIterable, Sendable { case s1, s2, el2 }

  /// The tables that a register points to.
  struct Tables: Codable, Equatable, Sendable {
    /// The register, such as `TTBR1_EL1`.
    let register: String
    /// Its value.
    let value: Hex
    /// The ASID that is in use; omitted where there is none.
    let asid: Int?
    /// The VMID; omitted for stage 1.
    let vmid: Int?
    /// Where the first table is; omitted where there are no tables.
    let root: Hex?
    /// The size of a page, in bytes; omitted where there are no tables.
    let pageByteCount: Int?
    /// How many bits of an address are translated; omitted where there are no tables.
    let inputBitWidth: Int?
    /// The level of the first table, -1 to 3; omitted where there are no tables.
    let startLevel: Int?
    /// Why nothing is listed; omitted where something is.
    let obstacle: String?
    /// How many tables there are, one that is used in several places counted once for each.
    let tableCount: Int
    /// How many blocks and pages there are.
    let entryCount: Int
    /// How many ranges there are, of which `ranges` has those that were asked for.
    let rangeCount: Int
    /// Where the listing stopped because there are too many tables or ranges; omitted where it is complete.
    let stoppedAt: Hex?
    /// The ranges, in the order of addresses.
    let ranges: [Range]
    /// How many entries have an address beyond the width of the output, and are faults.
    let tooWideCount: Int
    /// In how many places tables cannot be read.
    let unreadableCount: Int
  }

  /// Neighbouring blocks and pages with neighbouring outputs and the same of everything else.
  struct Range: Codable, Equatable, Sendable {
    /// The first address.
    let first: Hex
    /// The last address.
    let last: Hex
    /// How many bytes there are.
    let byteCount: Hex
    /// Where the first address leads.
    let output: Hex
    /// What the stage allows.
    let permissions: WalkAnswer.Permissions
    /// How the memory behaves.
    let memory: WalkAnswer.Memory
    /// Whether the contiguous bit is set.
    let isContiguous: Bool
    /// Whether the access flag is set.
    let isAccessed: Bool
    /// Whether it is the same for every ASID.
    let isGlobal: Bool
    /// How many blocks and pages there are.
    let entryCount: Int
    /// The lowest level of them.
    let lowestLevel: Int
    /// The highest level of them; 3 is that of pages.
    let highestLevel: Int
    /// Where the first entry is: an address of the space of the outputs.
    let entry: Hex
  }

  /// What was looked for, and what was found.
  struct Check: Codable, Equatable, Sendable {
    /// How many findings there are.
    let findingCount: Int
    /// The findings, the first ones of each kind.
    let findings: [Finding]
    /// What was looked for.
    let checks: [Item]
  }

  /// One thing that was looked for.
  struct Item: Codable, Equatable, Sendable {
    /// What.
    let kind: Kind
    /// How many findings there are.
    let findingCount: Int
    /// Why it was not looked for, or not for all of it; omitted where it was.
    let obstacle: String?
  }

  /// Something that a person would want to be told.
  struct Finding: Codable, Equatable, Sendable {
    /// What it is.
    let kind: Kind
    /// The first address.
    let first: Hex
    /// The last address.
    let last: Hex
    /// The physical address that the first one leads to, or that of the entry; omitted where it doesn't matter.
    let physical: Hex?
    /// What is there, or who may do it.
    let subject: String
    /// What is allowed; omitted where nothing is mapped.
    let permissions: WalkAnswer.Permissions?
    /// How the memory behaves; omitted where nothing is mapped.
    let memory: WalkAnswer.Memory?
    /// The other virtual machine that has the same memory; omitted for another kind.
    let shared: Shared?
    /// The finding in a sentence.
    let text: String
  }

  /// Memory of a virtual machine that another one has too.
  struct Shared: Codable, Equatable, Sendable {
    /// The other one's name, or its VMID.
    let machine: String
    /// The first address of the other one's stage 2.
    let first: Hex
    /// The last address.
    let last: Hex
    /// What the other one's stage 2 allows.
    let permissions: WalkAnswer.Permissions
    /// Whether neither may write it.
    let isReadOnly: Bool
  }

  /// What stage 2 maps, and no address of stage 1 leads to by the tables that its registers point to now.
  struct Unreached: Codable, Equatable, Sendable {
    /// The registers, such as `TTBR1_EL1`.
    let registers: [Register]
    /// Whether stage 1 is off, so that the guest reaches all of stage 2.
    let isStage1Off: Bool
    /// How many bytes are not reached.
    let byteCount: Hex
    /// Why it isn't known; omitted if it is.
    let obstacle: String?
  }

  /// A register that points to tables.
  struct Register: Codable, Equatable, Sendable {
    /// Its name.
    let name: String
    /// Its value.
    let value: Hex
  }

  /// What can be looked for.
  enum Kind: String, Codable, CaseIterable, Sendable {
    /// A guest reaches memory of the hypervisor's ELF.
    case hypervisorImage
    /// A guest reaches EL2's translation tables.
    case hypervisorTables
    /// A guest reaches the tables of its stage 2.
    case stage2Tables
    /// Two virtual machines reach the same memory.
    case sharedMemory
    /// An exception level may both write and execute memory.
    case writableExecutable
    /// A device's memory is mapped as memory that caches may keep.
    case cachedDevice
    /// RAM is mapped as a device's memory.
    case deviceRAM
    /// An entry has an address beyond the width of the output.
    case tooWide
    /// Entries of a table cannot be read.
    case unreadable
  }
}

extension MappingsAnswer {
  /// - Parameters:
  ///   - space: the space of the addresses.
  ///   - filter: which ranges are kept.
  ///   - checks: what was looked for; nil if nothing was.
  ///   - unreached: what stage 1 doesn't lead to, which is then all that is listed; nil for everything.
  init(
    _ stages: [StageMappings], of stage: SessionWalks.MappedStage, in space: AddressSpace,
    _ filter: MappingFilter, checks: [MappingCheck]? = nil, unreached: UnreachedMappings? = nil
  ) {
    self.stage =
      switch stage {
      case .stage1: .s1
      case .stage2: .s2
      case .hypervisor: .el2
      }
    owner = space.owner?.text
    self.space = space.prefix
    let translation = stages.first?.listing.translation
    let endsAtIPA = stage == .stage1 && translation?.stage2?.isEnabled == true
    outputSpace =
      endsAtIPA
      ? AddressSpace(.intermediatePhysical, of: space.owner).prefix : AddressSpace.physical.prefix
    self.filter = filter.words.map(\.rawValue)
    first = filter.range.map { Hex($0.lowerBound) }
    last = filter.range.map { Hex($0.upperBound) }
    let hasEL0 = stage == .stage2 || translation?.stage1?.regime.hasTwoHalves == true
    tables = stages.map { Tables($0, filter, hasEL0: hasEL0, only: unreached?.mappings) }
    check = checks.map { Check($0, in: space, hasEL0: hasEL0) }
    self.unreached = unreached.map(Unreached.init)
  }
}

extension MappingsAnswer.Tables {
  init(
    _ stage: StageMappings, _ filter: MappingFilter, hasEL0: Bool, only shown: [AddressMapping]?
  ) {
    let listing = stage.listing
    register = listing.register
    value = Hex(listing.registerValue)
    asid = listing.asid
    vmid = listing.vmid
    obstacle = listing.reason
    let layout = listing.obstacle == nil ? listing.layout : nil
    root = layout.map { Hex($0.root) }
    pageByteCount = layout.map { Int($0.granule.byteCount) }
    inputBitWidth = layout?.inputBitWidth
    startLevel = layout?.startLevel
    tableCount = stage.end.tableCount
    stoppedAt = stage.end.stoppedAt.map { Hex($0) }
    entryCount = stage.mappings.reduce(0) { $0 + $1.entryCount }
    rangeCount = stage.mappings.count
    ranges = (shown ?? stage.mappings).filter(filter.accepts).map {
      MappingsAnswer.Range($0, hasEL0: hasEL0)
    }
    tooWideCount = stage.tooWideCount
    unreadableCount = stage.unreadableCount
  }
}

extension MappingsAnswer.Range {
  init(_ mapping: AddressMapping, hasEL0: Bool) {
    first = Hex(mapping.start)
    last = Hex(mapping.last)
    byteCount = Hex(mapping.byteCount)
    output = Hex(mapping.output)
    permissions = WalkAnswer.Permissions(mapping.permissions, hasEL0: hasEL0)
    memory = WalkAnswer.Memory(mapping.attributes)
    isContiguous = mapping.isContiguous
    isAccessed = mapping.isAccessed
    isGlobal = mapping.isGlobal
    entryCount = mapping.entryCount
    lowestLevel = mapping.levels.lowerBound
    highestLevel = mapping.levels.upperBound
    entry = Hex(mapping.entryAddress)
  }
}

extension TableListing {
  fileprivate var isUpper: Bool { tables == .upper }

  /// The register that points to the tables.
  var register: String {
    guard tables != .stage2 else { return "VTTBR_EL2" }
    return "TTBR\(isUpper ? 1 : 0)_EL\(translation.stage1?.regime == .el1 ? 1 : 2)"
  }

  var registerValue: UInt64 {
    switch tables {
    case .lower: translation.stage1?.ttbr0 ?? 0
    case .upper: translation.stage1?.ttbr1 ?? 0
    case .stage2: translation.stage2?.vttbr ?? 0
    }
  }

  /// The ASID that is in use: of TTBR1 where TCR_ELx.A1 is 1, of 16 bits where AS is. (Arm ARM DDI 0487, "TCR_EL1".)
  fileprivate var asid: Int? {
    guard tables != .stage2, let stage1 = translation.stage1, stage1.regime.hasTwoHalves else {
      return nil
    }
    let asid = (stage1.tcr >> 22 & 1 != 0 ? stage1.ttbr1 : stage1.ttbr0) >> 48
    return Int(stage1.tcr >> 36 & 1 != 0 ? asid : asid & 0xff)
  }

  /// VMID, of 16 bits where VTCR_EL2.VS is 1. (Arm ARM DDI 0487, "VTTBR_EL2".)
  fileprivate var vmid: Int? {
    guard tables == .stage2, let stage2 = translation.stage2 else { return nil }
    let vmid = stage2.vttbr >> 48
    return Int(stage2.vtcr >> 19 & 1 != 0 ? vmid : vmid & 0xff)
  }

  /// Why nothing is listed, in words.
  fileprivate var reason: String? {
    let level = translation.stage1?.regime == .el1 ? 1 : 2
    let number = isUpper ? 1 : 0
    switch obstacle {
    case nil: return nil
    case .off?:
      return "stage \(tables == .stage2 ? 2 : 1) is off: an address leads to the same address"
    case .disabled?: return "TCR_EL\(level).EPD\(number) turns its tables off"
    case .noTables? where tables == .stage2:
      return "no tables have the T0SZ and SL0 of VTCR_EL2"
    case .noTables?:
      return "TCR_EL\(level).T\(number)SZ is not a size that tables can have"
    case .rootTooWide?: return "it has an address that is too wide"
    case .unsupported(.wideDescriptors)?: return "its tables have descriptors of 128 bits"
    case .unsupported(.indirectPermissions)?: return "its tables have permissions by index"
    }
  }
}
