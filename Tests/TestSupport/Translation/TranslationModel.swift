/// AArch64 address translation after the pseudocode of the Arm ARM (DDI 0487, "Shared pseudocode",
/// AArch64.FullTranslate and what it calls), written without a look at the library's walk, which
/// tests hold against it. Slow and plain on purpose.
///
/// The architecture's choices are taken so:
/// - TxSZ out of its limits, an invalid SL0 or SL2, or one that does not fit T0SZ: a translation
///   fault at level 0.
/// - A reserved TG0 or TG1 is the 4 KiB granule.
/// - The nT bit and the contiguous bit are ignored.
/// - With HA, a descriptor whose access flag is clear doesn't fault; nothing is written.
/// - HCR_EL2.NV1 counts only with NV.
/// - A fetch from Device memory doesn't fault: it is Normal Non-cacheable.
/// - A reserved shareability is Non-shareable, a reserved attribute of MAIR_ELx is Device-nGnRnE, a
///   reserved attribute of stage 2 is Non-cacheable.
/// - With HCR_EL2.VM, stage 1's shareability goes to the combination as it is written.
///
/// Not modelled: permission indirection and overlays, D128, THE, AIE, memory tagging, MEC, RME, the
/// other security states, alignment.
package struct TranslationModel: Sendable {
  package let registers: ModelRegisters

  package init(_ registers: ModelRegisters) {
    self.registers = registers
  }

  /// Reads the doubleword at a physical address, in the tables' byte order; nil is an external
  /// abort.
  package typealias Memory = (UInt64) -> UInt64?

  /// Translates a virtual address.
  package func translate(
    _ address: UInt64, _ access: ModelAccess, memory: Memory
  ) -> ModelOutcome {
    do throws(Fault) {
      let first = try stage1(address, access, memory)
      guard registers.regime == .el10, registers.hasStage2 else {
        return .mapped(
          address: first.address, stage1Level: first.level, stage2Level: nil,
          attributes: first.attributes)
      }
      let second = try stage2(first, .access(access), memory)
      return .mapped(
        address: second.address, stage1Level: first.level, stage2Level: second.level,
        attributes: second.attributes)
    } catch {
      return .fault(
        status: error.status, stage: error.ipa == nil ? 1 : 2,
        isOnStage1Walk: error.isOnStage1Walk, ipa: error.ipa)
    }
  }

  /// Translates an intermediate physical address by stage 2 alone, for an access whose attributes
  /// of stage 1 are those given.
  package func translateStage2(
    _ ipa: UInt64, _ access: ModelAccess,
    attributes: ModelAttributes = ModelAttributes(
      .normal(inner: .writeBack, outer: .writeBack), .none), memory: Memory
  ) -> ModelOutcome {
    do throws(Fault) {
      let second = try stage2(
        Output(address: ipa, level: nil, attributes: attributes), .access(access), memory)
      return .mapped(
        address: second.address, stage1Level: nil, stage2Level: second.level,
        attributes: second.attributes)
    } catch {
      return .fault(
        status: error.status, stage: 2, isOnStage1Walk: error.isOnStage1Walk, ipa: error.ipa)
    }
  }
}

// MARK: What the stages share

extension TranslationModel {
  /// What a stage made of its input: the level is that of the leaf, nil where the stage is off.
  struct Output {
    var address: UInt64
    var level: Int?
    var attributes: ModelAttributes
  }

  /// For whom stage 2 translates.
  enum Purpose {
    case access(ModelAccess)
    /// A read of a stage 1 table.
    case stage1Walk
  }

  enum FaultKind {
    case addressSize, translation, accessFlag, permission, externalAbortOnWalk

    /// The status code (Arm ARM, EncodeLDFSC).
    func status(atLevel level: Int) -> UInt8 {
      if level == -1 {
        return switch self {
        case .addressSize: 0b101001
        case .translation: 0b101011
        case .externalAbortOnWalk: 0b010011
        case .accessFlag, .permission: preconditionFailure("no leaf is at level -1")
        }
      }
      precondition((0...3).contains(level))
      let base: UInt8 =
        switch self {
        case .addressSize: 0b000000
        case .translation: 0b000100
        case .accessFlag: 0b001000
        case .permission: 0b001100
        case .externalAbortOnWalk: 0b010100
        }
      return base | UInt8(level)
    }
  }

  struct Fault: Error {
    var status: UInt8
    /// Of a stage 2 fault.
    var ipa: UInt64?
    var isOnStage1Walk = false

    init(_ kind: FaultKind, _ level: Int) {
      status = kind.status(atLevel: level)
    }
  }

  enum Granule: Int {
    case kib4 = 12
    case kib16 = 14
    case kib64 = 16

    /// The bits of an offset in a page.
    var bits: Int { rawValue }
    /// The bits of an index into a table.
    var stride: Int { rawValue - 3 }

    /// A TG0 field.
    init(tg0: UInt64) {
      self =
        switch tg0 {
        case 0b01: .kib64
        case 0b10: .kib16
        default: .kib4
        }
    }

    /// A TG1 field.
    init(tg1: UInt64) {
      self =
        switch tg1 {
        case 0b01: .kib16
        case 0b11: .kib64
        default: .kib4
        }
    }
  }

  /// What both stages' walks take from the registers.
  struct Geometry {
    var granule: Granule
    /// The bits of the input: 64 - TxSZ.
    var inputBits: Int
    /// The PS or IPS field.
    var ps: UInt64
    /// The DS field; false with the 64 KiB granule.
    var ds: Bool
    var startLevel: Int
    /// The table base register.
    var base: UInt64

    /// The lowest bit of the input that indexes a table of a level.
    func lowBit(ofLevel level: Int) -> Int {
      granule.bits + (3 - level) * granule.stride
    }

    /// The address of the entry for an input, in a table that is not the first.
    func entry(_ input: UInt64, level: Int, table: UInt64) -> UInt64 {
      let low = lowBit(ofLevel: level)
      return table | input.field(low, granule.stride) << 3
    }

    /// The same in the first table, which can have more or fewer entries.
    func firstEntry(_ input: UInt64, table: UInt64) -> UInt64 {
      let low = lowBit(ofLevel: startLevel)
      return table | input.field(low, inputBits - low) << 3
    }
  }

  enum Descriptor {
    case invalid, table, leaf
  }

  /// The bits of the greatest output address that PS allows (AArch64.PhysicalAddressSize).
  func outputBits(_ geometry: Geometry) -> Int {
    let encoded = [32, 36, 40, 42, 44, 48, 52, 56][Int(geometry.ps)]
    let has52 = registers.hasLPA && (geometry.granule == .kib64 || geometry.ds)
    return min(encoded, has52 ? 52 : 48, registers.physicalRange)
  }

  func isOutOfRange(_ output: UInt64, _ geometry: Geometry) -> Bool {
    output >> UInt64(outputBits(geometry)) != 0
  }

  /// The first table's address (AArch64.S1TTBaseAddress, AArch64.S2TTBaseAddress).
  func firstTable(_ geometry: Geometry) -> UInt64 {
    var alignment = geometry.inputBits - geometry.lowBit(ofLevel: geometry.startLevel) + 3
    let address: UInt64
    let wide = registers.hasLPA && geometry.granule == .kib64 && geometry.ps == 0b110
    if wide || geometry.ds {
      alignment = max(alignment, 6)
      address = geometry.base.field(2, 4) << 48 | geometry.base.field(6, 42) << 6
    } else {
      address = geometry.base.field(1, 47) << 1
    }
    return address - address.field(0, alignment)
  }

  func type(of descriptor: UInt64, level: Int, _ geometry: Geometry) -> Descriptor {
    guard descriptor.bit(0) else { return .invalid }
    if descriptor.bit(1) { return level == 3 ? .leaf : .table }
    let hasBlock =
      switch geometry.granule {
      case .kib4: level == 2 || level == 1 || level == 0 && geometry.ds
      case .kib16: level == 2 || level == 1 && geometry.ds
      case .kib64: level == 2 || level == 1 && registers.physicalRange >= 52
      }
    return hasBlock ? .leaf : .invalid
  }

  /// The address in a table or leaf descriptor, whose low bits below `low` are not address.
  func outputAddress(_ descriptor: UInt64, from low: Int, _ geometry: Geometry) -> UInt64 {
    let address = descriptor.field(low, 48 - low) << UInt64(low)
    if registers.hasLPA, geometry.granule == .kib64 {
      return address | descriptor.field(12, 4) << 48
    }
    if geometry.ds {
      return address | descriptor.field(8, 2) << 50 | descriptor.field(48, 2) << 48
    }
    return address
  }
}

extension UInt64 {
  func bit(_ index: Int) -> Bool {
    self >> UInt64(index) & 1 != 0
  }

  func field(_ low: Int, _ width: Int) -> UInt64 {
    self >> UInt64(low) & ((1 << UInt64(width)) - 1)
  }
}
