/// What comes of an address: where it leads, or the fault that the CPU would take.
public enum TranslationResult: Equatable, Sendable {
  /// It is mapped.
  case mapped(Translation)
  /// The CPU would take a fault.
  case fault(TranslationFault)
  /// The tables have a form that the walk doesn't know.
  case unsupported(UnsupportedTranslation)
}

/// Where an address leads.
public struct Translation: Equatable, Sendable {
  /// The physical address; an intermediate one where stage 1 alone was asked for.
  public var address: UInt64
  /// What stage 1 ended at; nil where it is off.
  public var stage1: Leaf?
  /// What stage 2 ended at; nil where it is off.
  public var stage2: Leaf?
  /// What may be done, by both stages, without PSTATE.PAN.
  public var permissions: AccessPermissions
  /// How the memory behaves, by both stages.
  public var attributes: MemoryAttributes

  /// A block or a page.
  public struct Leaf: Equatable, Sendable {
    /// The level of its descriptor.
    public var level: Int
    /// The descriptor.
    public var descriptor: UInt64
    /// How many bytes it maps is a power of two: this one.
    public var shift: Int
    /// The address that this stage makes of its input.
    public var address: UInt64
    /// What this stage allows.
    public var permissions: AccessPermissions
  }
}

/// A fault, as the CPU would report it.
public struct TranslationFault: Equatable, Sendable {
  /// The fault status code, with its level.
  public var status: FaultStatus
  /// 1 or 2.
  public var stage: Int
  /// Whether stage 2 found it at the address of a table of stage 1 (ESR_ELx.S1PTW).
  public var isOnStage1Walk: Bool
  /// The input of the stage: the virtual address at stage 1, the intermediate physical one at stage 2.
  public var address: UInt64
}

/// An entry of a table that a walk looked at.
public struct WalkStep: Equatable, Sendable {
  /// 1 or 2.
  public var stage: Int
  /// Whether it was for the address of a table of stage 1.
  public var isOnStage1Walk: Bool
  /// -1 to 3.
  public var level: Int
  /// Where the entry is, by the tables of its stage: at stage 1 of a guest an intermediate physical address.
  public var address: UInt64
  /// Where the entry is in physical memory.
  public var physicalAddress: UInt64
  /// The entry; nil if no memory is there.
  public var bits: UInt64?
  /// What it says.
  public var descriptor: TableDescriptor
  /// What a block or a page allows in its stage, without PSTATE.PAN; nil of other entries.
  public var permissions: AccessPermissions?
  /// How many bytes a block or a page maps is a power of two: this one; nil of other entries.
  public var shift: Int?
}

/// The translation of addresses by the tables in memory, whatever they hold: a walk has at most five levels for each
/// stage, and ends at the first fault.
///
/// It says what the CPU would say with empty TLBs. Where the architecture leaves a choice it is a fault; tables of
/// 128-bit descriptors and permissions by index aren't known to it. The access flag and the dirty state, which a CPU
/// may set while it walks, aren't written, and stage 2 isn't asked for permission to.
///
/// Source: Arm ARM DDI 0487, D8 "The AArch64 Virtual Memory System Architecture".
public struct AddressTranslation: Equatable, Sendable {
  /// Stage 1; nil for an address that is an intermediate physical one.
  public var stage1: Stage1Controls?
  /// Stage 2; nil where there is none, as of EL2's own addresses.
  public var stage2: Stage2Controls?
  /// Whether the result is stage 1's, an intermediate physical address. The addresses of stage 1's tables are
  /// translated by stage 2 whatever this is.
  public var endsAfterStage1 = false
  /// How wide a physical address is.
  private var physicalAddressBitWidth: Int

  /// By one stage or by two.
  public init(stage1: Stage1Controls?, stage2: Stage2Controls?) {
    self.stage1 = stage1
    self.stage2 = stage2
    physicalAddressBitWidth =
      (stage1?.features ?? stage2?.features ?? TranslationFeatures()).physicalAddressBitWidth
  }

  /// Translates an address.
  ///
  /// - Parameters:
  ///   - address: a virtual address, or an intermediate physical one without a stage 1.
  ///   - access: what has to be allowed; nil for where the address leads, whatever is allowed and whether or not the
  ///     access flag is set.
  ///   - observe: is shown each entry that the walk looks at, in the CPU's order.
  ///   - memory: the doubleword at a physical address, as a little-endian CPU loads it; nil if no memory is there.
  public func translate(
    _ address: UInt64, for access: TranslatedAccess? = nil,
    observe: (WalkStep) -> Void = { _ in }, memory: (UInt64) -> UInt64?
  ) -> TranslationResult {
    if let form = stage1?.unsupportedForm, stage1?.isEnabled == true { return .unsupported(form) }
    if let form = stage2?.unsupportedForm, stage2?.isEnabled == true { return .unsupported(form) }
    do throws(TranslationFault) {
      let first = try firstStage(address, access, observe, memory)
      var result =
        first
        ?? Translation(
          address: address, permissions: .all, attributes: Self.attributesWithoutStage1)
      guard let stage2, stage2.isEnabled, !endsAfterStage1 else {
        result.attributes = result.attributes.effective
        return .mapped(result)
      }
      let (leaf, attributes) = try secondStage(
        result.address, access, result.attributes, isOnStage1Walk: false, stage2, observe, memory)
      result.address = leaf.address
      result.stage2 = leaf
      result.permissions.formIntersection(leaf.permissions)
      result.attributes = attributes.effective
      return .mapped(result)
    } catch {
      return .fault(error)
    }
  }

  /// What stage 2 starts from where stage 1 says nothing.
  static var attributesWithoutStage1: MemoryAttributes {
    MemoryAttributes(.normal(inner: .writeBack, outer: .writeBack), .nonShareable)
  }

  // MARK: Stage 1

  private func firstStage(
    _ address: UInt64, _ access: TranslatedAccess?, _ observe: (WalkStep) -> Void,
    _ memory: (UInt64) -> UInt64?
  ) throws(TranslationFault) -> Translation? {
    guard let stage1 else { return nil }
    let isInstruction = access?.kind == .execute
    let half = stage1.half(of: address)
    guard stage1.isEnabled else {
      return try untranslated(address, half, isInstruction: isInstruction, stage1)
    }
    func fault(_ kind: FaultStatus.WalkFault, _ level: Int) -> TranslationFault {
      TranslationFault(
        status: FaultStatus(kind, level: level), stage: 1, isOnStage1Walk: false, address: address)
    }
    let isHidden = half.isHiddenFromEL0 && access?.isUnprivileged == true
    guard half.isSizeValid, !half.isDisabled, !isHidden,
      let offset = half.offset(of: address, isInstruction: isInstruction)
    else { throw fault(.translation, 0) }
    let layout = half.layout
    var walk = TableWalk(layout, input: offset, isHierarchical: !half.ignoresTableAttributes)
    guard !layout.isTooWide(walk.entryAddress) else { throw fault(.addressSize, 0) }
    while true {
      let physicalAddress = try addressOfEntry(
        at: walk.entryAddress, isChecked: access != nil, observe, memory)
      let bits = memory(physicalAddress).map { stage1.isBigEndian ? $0.byteSwapped : $0 }
      let step = walk.step(1, isOnStage1Walk: false, at: physicalAddress, bits) { [walk] in
        stage1.permissions(of: $0, tableBits: walk.tableBits)
      }
      observe(step)
      guard let entry = step.bits else { throw fault(.externalAbort, walk.level) }
      switch walk.take(entry) {
      case .next: continue
      case .fault(let kind): throw fault(kind, walk.level)
      case .leaf(let output):
        let level = walk.level
        guard access == nil || entry >> 10 & 1 != 0 || stage1.setsAccessFlag else {
          throw fault(.accessFlag, level)
        }
        let permissions = step.permissions ?? []
        if let access {
          let now = stage1.permissions(
            of: entry, tableBits: walk.tableBits, hasPAN: access.hasPAN)
          guard now.allows(access) else { throw fault(.permission, level) }
        }
        let leaf = Translation.Leaf(
          level: level, descriptor: entry, shift: layout.shift(level), address: output,
          permissions: permissions)
        return Translation(
          address: output, stage1: leaf, permissions: permissions,
          attributes: stage1.attributes(of: entry, in: half, isInstruction: isInstruction))
      }
    }
  }

  /// Where an entry of a table of stage 1 is in physical memory: stage 2 translates its address.
  func addressOfEntry(
    at address: UInt64, isChecked: Bool, _ observe: (WalkStep) -> Void,
    _ memory: (UInt64) -> UInt64?
  ) throws(TranslationFault) -> UInt64 {
    guard let stage2, stage2.isEnabled else { return address }
    return try secondStage(
      address, isChecked ? TranslatedAccess(.read) : nil, Self.attributesWithoutStage1,
      isOnStage1Walk: true, stage2, observe, memory
    ).leaf.address
  }

  /// What comes of an address while stage 1 is off: itself, as far as it is one of memory.
  private func untranslated(
    _ address: UInt64, _ half: Stage1Controls.Half, isInstruction: Bool, _ stage1: Stage1Controls
  ) throws(TranslationFault) -> Translation {
    let hasTag = half.ignoresTopByte && !(isInstruction && half.hasTagsInDataOnly)
    let width = UInt64(min(physicalAddressBitWidth, 52))
    let body = hasTag ? address & (1 << 56 - 1) : address
    guard body >> width == 0 else {
      throw TranslationFault(
        status: FaultStatus(.addressSize, level: 0), stage: 1, isOnStage1Walk: false,
        address: address)
    }
    return Translation(
      address: body, permissions: .all,
      attributes: stage1.untranslatedAttributes(isInstruction: isInstruction))
  }

  // MARK: Stage 2

  private func secondStage(
    _ input: UInt64, _ access: TranslatedAccess?, _ attributes: MemoryAttributes,
    isOnStage1Walk: Bool, _ stage2: Stage2Controls, _ observe: (WalkStep) -> Void,
    _ memory: (UInt64) -> UInt64?
  ) throws(TranslationFault) -> (leaf: Translation.Leaf, attributes: MemoryAttributes) {
    func fault(_ kind: FaultStatus.WalkFault, _ level: Int) -> TranslationFault {
      TranslationFault(
        status: FaultStatus(kind, level: level), stage: 2, isOnStage1Walk: isOnStage1Walk,
        address: input)
    }
    guard let layout = stage2.layout, input >> UInt64(layout.inputBitWidth) == 0 else {
      throw fault(.translation, 0)
    }
    var walk = TableWalk(layout, input: input, isHierarchical: false)
    guard !layout.isTooWide(walk.entryAddress) else { throw fault(.addressSize, 0) }
    while true {
      let bits = memory(walk.entryAddress).map { stage2.isBigEndian ? $0.byteSwapped : $0 }
      let step = walk.step(
        2, isOnStage1Walk: isOnStage1Walk, at: walk.entryAddress, bits, stage2.permissions)
      observe(step)
      guard let entry = step.bits else { throw fault(.externalAbort, walk.level) }
      switch walk.take(entry) {
      case .next: continue
      case .fault(let kind): throw fault(kind, walk.level)
      case .leaf(let output):
        let level = walk.level
        guard access == nil || entry >> 10 & 1 != 0 || stage2.setsAccessFlag else {
          throw fault(.accessFlag, level)
        }
        let permissions = step.permissions ?? []
        if let access, !permissions.allows(access) { throw fault(.permission, level) }
        if isOnStage1Walk, access != nil, stage2.protectsWalks, stage2.isDevice(entry) {
          throw fault(.permission, level)
        }
        let leaf = Translation.Leaf(
          level: level, descriptor: entry, shift: layout.shift(level), address: output,
          permissions: permissions)
        return (
          leaf,
          stage2.attributes(of: entry, with: attributes, isInstruction: access?.kind == .execute)
        )
      }
    }
  }
}

/// One walk through the tables of one stage, entry by entry.
private struct TableWalk {
  private let input: UInt64
  private var table: TranslationTable

  enum Step {
    /// The entry is a table's.
    case next
    /// The entry is a block's or a page's, and the output this address.
    case leaf(UInt64)
    case fault(FaultStatus.WalkFault)
  }

  init(_ layout: TableLayout, input: UInt64, isHierarchical: Bool) {
    self.input = input
    table = TranslationTable(rootOf: layout, isHierarchical: isHierarchical)
  }

  var level: Int { table.level }
  var tableBits: UInt64 { table.tableBits }
  var entryAddress: UInt64 {
    table.layout.entryAddress(table.level, in: table.address, for: input)
  }

  /// The entry that the walk is at, and what it says.
  ///
  /// - Parameters:
  ///   - address: where the entry is in physical memory.
  ///   - bits: the entry; nil if no memory is there.
  ///   - permissions: what a block or a page allows.
  func step(
    _ stage: Int, isOnStage1Walk: Bool, at address: UInt64, _ bits: UInt64?,
    _ permissions: (UInt64) -> AccessPermissions
  ) -> WalkStep {
    var step = WalkStep(
      stage: stage, isOnStage1Walk: isOnStage1Walk, level: level, address: entryAddress,
      physicalAddress: address, bits: bits,
      descriptor: bits.map { table.layout.descriptor($0, level: level) } ?? .invalid)
    if case .leaf = step.descriptor, let bits {
      step.permissions = permissions(bits)
      step.shift = table.layout.shift(level)
    }
    return step
  }

  mutating func take(_ entry: UInt64) -> Step {
    switch table.meaning(of: entry) {
    case .invalid: return .fault(.translation)
    case .tooWide: return .fault(.addressSize)
    case .table(let next):
      table = next
      return .next
    case .leaf(let address):
      // A block may be wider than the output: then only its first part is within.
      let inside: UInt64 = (1 << UInt64(table.layout.shift(level))) - 1
      let output = address | input & inside
      return table.layout.isTooWide(output) ? .fault(.addressSize) : .leaf(output)
    }
  }
}

extension TranslationFault: Error {}
