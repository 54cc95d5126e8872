internal import ArmVCpu
internal import VCpuDebug

/// A walk of translation tables: where an address leads, and each entry on the way.
struct WalkAnswer: Answer {
  static let kind = "walk"
  /// `hv`, `guest` or `ipa`.
  let space: String
  /// The address that was asked for.
  let address: Hex
  /// What had to be allowed; omitted where nothing had to be.
  let access: Access?
  /// The space of the result: `pa`, or `ipa` after stage 1 alone.
  let outputSpace: String
  /// Where the address leads; omitted for a fault.
  let output: Hex?
  /// The intermediate physical address, of a guest's address that stage 2 translates; omitted otherwise, and for a
  /// fault before it is known.
  let intermediate: Hex?
  /// What may be done there; omitted for a fault.
  let permissions: Permissions?
  /// How the memory behaves, by the stages that were walked; omitted for a fault.
  let memory: Memory?
  /// Why the address leads nowhere; omitted where it leads somewhere.
  let fault: Fault?
  /// The stages, in the order in which they translate.
  let stages: [Stage]
  /// The CPU's own translation; omitted unless it was asked for.
  let hardware: Hardware?

  /// What may be done with memory: `rwx` with `-` for what may not.
  struct Permissions: Codable, Equatable, Sendable {
    /// What EL1 may do, or EL2 with tables of its own.
    let privileged: String
    /// What EL0 may do; omitted if the tables don't have EL0.
    let el0: String?
  }

  /// An access.
  struct Access: Codable, Equatable, Sendable {
    /// What is done.
    let kind: Kind
    /// Whether EL0 does it.
    let isAtEL0: Bool
    /// Whether PSTATE.PAN kept it from what EL0 may access.
    let hasPAN: Bool

    /// What can be done.
    enum Kind: String, Codable, CaseIterable, Sendable {
      case read, write, exec
    }
  }

  /// How memory behaves.
  struct Memory: Codable, Equatable, Sendable {
    /// `normal`, or a device's type: `device-nGnRnE`, `device-nGnRE`, `device-nGRE` or `device-GRE`.
    let type: String
    /// How the inner caches treat it: `non-cacheable`, `write-through` or `write-back`; omitted for a device.
    let inner: String?
    /// How the outer caches treat it; omitted for a device.
    let outer: String?
    /// Who shares it: `non-shareable`, `inner shareable` or `outer shareable`.
    let shareability: String
  }

  /// Why an address leads nowhere.
  struct Fault: Codable, Equatable, Sendable {
    /// 1 or 2; omitted where the tables have a form that the walk doesn't know.
    let stage: Int?
    /// The level, -1 to 3; omitted as `stage` is.
    let level: Int?
    /// The fault status code that the CPU would report; omitted as `stage` is.
    let status: Hex?
    /// The fault in the manual's words; omitted as `stage` is.
    let name: String?
    /// Whether stage 2 ended it at the address of a table of stage 1.
    let isOnStage1Walk: Bool
    /// What is wrong.
    let reason: String
  }

  /// The tables of a stage.
  struct Stage: Codable, Equatable, Sendable {
    /// 1 or 2.
    let stage: Int
    /// The register that points to them, such as `TTBR1_EL1`; omitted where the stage is off.
    let register: String?
    /// The size of a page, in bytes; omitted where there are no tables.
    let pageByteCount: Int?
    /// How many bits of an address are translated; omitted where there are no tables.
    let inputBitWidth: Int?
    /// The entries that were looked at; those of stage 2 for the tables of stage 1 are in `steps` of stage 1.
    let steps: [Step]
  }

  /// An entry of a table.
  struct Step: Codable, Equatable, Sendable {
    /// 1 or 2: an entry of stage 2 among those of stage 1 translates the address of the next one.
    let stage: Int
    /// -1 to 3.
    let level: Int
    /// The space of the entry's address: `ipa` or `pa`.
    let space: String
    /// Where the entry is.
    let address: Hex
    /// Where the entry is in physical memory.
    let physical: Hex
    /// The entry; omitted if no memory is there.
    let bits: Hex?
    /// What the entry is.
    let entry: Entry
    /// The address in the entry; omitted unless it is a table, a block or a page.
    let output: Hex?
    /// How much a block or a page maps, in bytes; omitted otherwise.
    let byteCount: Hex?
    /// What a block or a page allows in this stage; omitted otherwise.
    let permissions: Permissions?
    /// The fields of a table, a block or a page; empty otherwise.
    let fields: [FieldAnswer]

    /// What an entry can be.
    enum Entry: String, Codable, CaseIterable, Sendable {
      case table, block, page, invalid, unreadable
    }
  }

  /// The CPU's translation for the same access, by AT instructions.
  struct Hardware: Codable, Equatable, Sendable {
    /// The instruction, such as `AT S12E1R`; omitted where none was executed.
    let instruction: String?
    /// PAR_EL1 after it; omitted where none was executed.
    let par: Hex?
    /// The fields of PAR_EL1; empty where none was executed.
    let fields: [FieldAnswer]
    /// The resulting address; omitted for a fault, and where none was executed.
    let output: Hex?
    /// Whether both lead to the same address, or to the same fault of the same stage; omitted where none was executed.
    let agrees: Bool?
    /// Why none was executed; omitted where one was.
    let obstacle: String?
  }
}

extension WalkAnswer {
  init(_ walk: AddressWalk, in space: AddressSpace, hardware: Hardware? = nil) {
    self.space = space.prefix
    address = Hex(walk.address)
    access = walk.access.map(Access.init)
    self.hardware = hardware
    let translation = walk.translation
    let endsAtIPA = translation.endsAfterStage1 && translation.stage2?.isEnabled == true
    outputSpace = (endsAtIPA ? AddressSpace.intermediatePhysical : .physical).prefix
    output = walk.output.map { Hex($0) }
    let hasEL0 = translation.stage1?.regime.hasTwoHalves ?? true
    intermediate = walk.intermediate.map { Hex($0) }
    switch walk.result {
    case .mapped(let mapped):
      permissions = Permissions(mapped.permissions, hasEL0: hasEL0)
      memory = Memory(mapped.attributes)
      fault = nil
    case .fault(let found):
      permissions = nil
      memory = nil
      fault = Fault(
        stage: found.stage, level: walk.steps.last?.level ?? 0,
        status: Hex(UInt64(found.status.rawValue)),
        name: "\(found.status.name)", isOnStage1Walk: found.isOnStage1Walk,
        reason: walk.reason ?? "")
    case .unsupported:
      permissions = nil
      memory = nil
      fault = Fault(
        stage: nil, level: nil, status: nil, name: nil, isOnStage1Walk: false,
        reason: walk.reason ?? "")
    }
    stages = Self.stages(of: walk, hasEL0: hasEL0)
  }

  private static func stages(of walk: AddressWalk, hasEL0: Bool) -> [Stage] {
    let translation = walk.translation
    var stages: [Stage] = []
    let steps = walk.steps.map { Step($0, by: translation, hasEL0: hasEL0) }
    let first = zip(walk.steps, steps).filter { $0.0.stage == 1 || $0.0.isOnStage1Walk }.map(\.1)
    let second = zip(walk.steps, steps).filter { $0.0.stage == 2 && !$0.0.isOnStage1Walk }.map(\.1)
    if let stage1 = translation.stage1 {
      let half = stage1.half(of: walk.address)
      let hasTables = half.isSizeValid && !half.isDisabled
      let layout = stage1.isEnabled && hasTables ? half.layout : nil
      stages.append(
        Stage(
          stage: 1,
          register: stage1.isEnabled
            ? "TTBR\(half.isUpper ? 1 : 0)_EL\(stage1.regime == .el1 ? 1 : 2)" : nil,
          pageByteCount: layout.map { Int($0.granule.byteCount) },
          inputBitWidth: layout?.inputBitWidth, steps: first))
    }
    if let stage2 = translation.stage2, !translation.endsAfterStage1 {
      let layout = stage2.isEnabled ? stage2.layout : nil
      stages.append(
        Stage(
          stage: 2, register: stage2.isEnabled ? "VTTBR_EL2" : nil,
          pageByteCount: layout.map { Int($0.granule.byteCount) },
          inputBitWidth: layout?.inputBitWidth, steps: second))
    }
    return stages
  }
}

extension WalkAnswer.Permissions {
  init(_ permissions: AccessPermissions, hasEL0: Bool) {
    func words(_ read: AccessPermissions, _ write: AccessPermissions, _ execute: AccessPermissions)
      -> String
    {
      (permissions.contains(read) ? "r" : "-") + (permissions.contains(write) ? "w" : "-")
        + (permissions.contains(execute) ? "x" : "-")
    }
    privileged = words(.read, .write, .execute)
    el0 = hasEL0 ? words(.readAtEL0, .writeAtEL0, .executeAtEL0) : nil
  }
}

extension WalkAnswer.Step {
  init(_ step: WalkStep, by translation: AddressTranslation, hasEL0: Bool) {
    stage = step.stage
    level = step.level
    let isIntermediate = step.stage == 1 && translation.stage2?.isEnabled == true
    space = (isIntermediate ? AddressSpace.intermediatePhysical : .physical).prefix
    address = Hex(step.address)
    physical = Hex(step.physicalAddress)
    bits = step.bits.map { Hex($0) }
    switch step.descriptor {
    case .invalid:
      entry = step.bits == nil ? .unreadable : .invalid
      output = nil
      byteCount = nil
      permissions = nil
      fields = []
    case .table(let next):
      entry = .table
      output = Hex(next)
      byteCount = nil
      permissions = nil
      fields = Self.fields(step.stage == 1 ? "S1TABLE" : "S2TABLE", step)
    case .leaf(let mapped):
      entry = step.level == 3 ? .page : .block
      output = Hex(mapped)
      byteCount = step.shift.map { Hex(1 << UInt64($0)) }
      permissions = step.permissions.map {
        WalkAnswer.Permissions($0, hasEL0: hasEL0 || step.stage == 2)
      }
      let name =
        step.stage == 1
        ? "S1DESC" : translation.stage2?.forcesWriteBack == true ? "S2DESC_FWB" : "S2DESC_NOFWB"
      fields = Self.fields(name, step)
    }
  }

  private static func fields(_ name: String, _ step: WalkStep) -> [FieldAnswer] {
    DecodableRegister.named(name).map { FieldAnswer.fields(of: $0, step.bits ?? 0) } ?? []
  }
}

extension WalkAnswer.Access {
  init(_ access: TranslatedAccess) {
    kind =
      switch access.kind {
      case .read: .read
      case .write: .write
      case .execute: .exec
      }
    isAtEL0 = access.isUnprivileged
    hasPAN = access.hasPAN
  }
}

extension WalkAnswer.Memory {
  init(_ attributes: MemoryAttributes) {
    switch attributes.kind {
    case .device(let device):
      type =
        switch device {
        case .nGnRnE: "device-nGnRnE"
        case .nGnRE: "device-nGnRE"
        case .nGRE: "device-nGRE"
        case .gRE: "device-GRE"
        }
      inner = nil
      outer = nil
    case .normal(let inner, let outer):
      type = "normal"
      self.inner = Self.word(inner)
      self.outer = Self.word(outer)
    }
    shareability =
      switch attributes.shareability {
      case .nonShareable: "non-shareable"
      case .innerShareable: "inner shareable"
      case .outerShareable: "outer shareable"
      }
  }

  private static func word(_ cacheability: MemoryAttributes.Cacheability) -> String {
    switch cacheability {
    case .nonCacheable: "non-cacheable"
    case .writeThrough: "write-through"
    case .writeBack: "write-back"
    }
  }
}

extension WalkAnswer.Hardware {
  /// No instruction was executed.
  init(obstacle: String) {
    self.init(
      instruction: nil, par: nil, fields: [], output: nil, agrees: nil, obstacle: obstacle)
  }

  /// - Parameter walk: the walk for the access that the instruction asks for.
  init(
    _ translated: TranslatedAddress, _ stages: SessionWalks.Stages, comparedWith walk: AddressWalk
  ) {
    let step =
      stages == .stage1 ? translated.steps[0] : translated.steps[translated.steps.count - 1]
    let found = translated.output(of: step)
    let agrees: Bool
    switch walk.result {
    case .mapped(let mapped): agrees = found == mapped.address
    case .fault(let fault):
      // PAR_EL1 of a fault: FST in 6:1, PTW in 8, S in 9. (Arm ARM DDI 0487, D24.2 "PAR_EL1".)
      agrees =
        found == nil && step.par >> 1 & 63 == UInt64(fault.status.rawValue)
        && (step.par >> 9 & 1 == 1) == (fault.stage == 2)
        && (step.par >> 8 & 1 == 1) == fault.isOnStage1Walk
    case .unsupported: agrees = false
    }
    self.init(
      instruction: step.instruction, par: Hex(step.par),
      fields: DecodableRegister.named("PAR_EL1").map { FieldAnswer.fields(of: $0, step.par) } ?? [],
      output: found.map { Hex($0) }, agrees: agrees, obstacle: nil)
  }
}
