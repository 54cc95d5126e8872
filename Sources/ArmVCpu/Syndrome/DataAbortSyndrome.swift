/// The ISS of a data abort, EC 0x24 and 0x25 (Arm ARM DDI 0487, "ESR_EL2", "ISS encoding for an
/// exception from a Data Abort").
public struct DataAbortSyndrome: Equatable, Sendable {
  /// The 25 bits of the ISS.
  public var iss: UInt32

  /// A syndrome from its ISS.
  @inlinable
  public init(iss: UInt32) { self.iss = iss }

  /// ISV: SAS, SSE, SRT, SF and AR describe the access.
  @inlinable
  public var isInstructionSyndromeValid: Bool { iss & 1 << 24 != 0 }
  /// The width of the access in bytes, 1, 2, 4 or 8: SAS. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var byteCount: UInt8 { 1 << (UInt8(truncatingIfNeeded: iss >> 22) & 3) }
  /// SSE: the load sign-extends. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var extendsSign: Bool { iss & 1 << 21 != 0 }
  /// The register of the transfer, 31 meaning XZR: SRT. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var register: UInt8 { UInt8(truncatingIfNeeded: iss >> 16) & 31 }
  /// SF: the register is 64 bits wide, not 32. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var is64BitRegister: Bool { iss & 1 << 15 != 0 }
  /// FnV: FAR_EL2 doesn't hold the address. Only an external abort sets it.
  @inlinable
  public var isFARInvalid: Bool { iss & 1 << 10 != 0 }
  /// CM: a cache maintenance or address translation instruction, not a load or store.
  @inlinable
  public var isCacheMaintenance: Bool { iss & 1 << 8 != 0 }
  /// S1PTW: the access was the guest's stage-1 table walk.
  @inlinable
  public var isStage1Walk: Bool { iss & 1 << 7 != 0 }
  /// WnR: a write.
  @inlinable
  public var isWrite: Bool { iss & 1 << 6 != 0 }
  /// DFSC.
  @inlinable
  public var status: FaultStatus { FaultStatus(rawValue: UInt8(truncatingIfNeeded: iss)) }

  /// Whether a load or store faulted only because of a missing mapping: a translation fault of the access
  /// itself, not of cache maintenance or of the guest's table walk.
  @inlinable
  public var isUnmappedAccess: Bool { status.isTranslation && !isStage1Walk && !isCacheMaintenance }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let syndrome = DataAbortSyndrome(iss: UInt32(cutter.bits(24, 0)))
    let status = syndrome.status
    cutter.flag("ISV", 24, "instruction syndrome valid", "no instruction syndrome")
    if syndrome.isInstructionSyndromeValid {
      cutter.field("SAS", 23, 22, accessSize(UInt8(cutter.bits(23, 22))))
      cutter.flag("SSE", 21, "sign-extends", "does not sign-extend")
      cutter.field(
        "SRT", 20, 16, registerName(cutter.bits(20, 16), is64Bit: syndrome.is64BitRegister))
      cutter.flag("SF", 15, "64-bit register", "32-bit register")
      cutter.flag("AR", 14, "acquire or release", "neither acquire nor release")
    } else {
      describeWithoutInstruction(&cutter, status)
    }
    cutter.flag("VNCR", 13, "access through VNCR_EL2")
    if status == .externalAbort {
      cutter.field("SET", 12, 11, errorTypeName(cutter.bits(12, 11)))
    } else if status.isTranslation || status.isAccessFlag || status.isPermission {
      cutter.field("LST", 12, 11, loadStoreTypeName(cutter.bits(12, 11)))
    } else {
      cutter.reserved(12, 11)
    }
    cutter.describeExternalAbort(status)
    cutter.flag("CM", 8, "cache maintenance", "not cache maintenance")
    cutter.flag("S1PTW", 7, "during a stage 1 table walk", "not during a stage 1 table walk")
    // UNKNOWN for unsupported atomic hardware updates, and unsupported exclusive or atomic accesses.
    let hasDirection = status.rawValue != 0x31 && status.rawValue != 0x35
    cutter.flag("WnR", 6, hasDirection ? "write" : "not valid", hasDirection ? "read" : "not valid")
    cutter.field("DFSC", 5, 0, status.name)
  }

  /// ISS[23:14] if no instruction is described.
  private static func describeWithoutInstruction<Sink: FieldSink>(
    _ cutter: inout FieldCutter<Sink>, _ status: FaultStatus
  ) {
    cutter.reserved(23, 22)
    cutter.flag("TopLevel", 21, "fault due to TopLevel")
    cutter.reserved(20, 18)
    if status.isExternalAbort {
      cutter.field("WU", 17, 16, updateName(cutter.bits(17, 16)))
    } else {
      cutter.reserved(17, 16)
    }
    let isFARInvalid = status == .externalAbort && cutter.bits(10, 10) == 1
    cutter.describeFARPrecision(isFARValid: !isFARInvalid)
    if status.isExternalAbort {
      cutter.flag("PFV", 14, "PFAR valid", "PFAR not valid")
    } else {
      cutter.reserved(14, 14)
    }
  }

  static func describeISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let status = FaultStatus(rawValue: UInt8(cutter.bits(5, 0)))
    let isPermission = status.isPermission
    cutter.reserved(55, 44)
    cutter.describeDirtyStateStructure(status)
    cutter.flag("TnD", 42, isPermission ? "fault on a tag access" : "not valid")
    cutter.flag("TagAccess", 41, isPermission ? "fault due to NoTagAccess" : "not valid")
    cutter.flag("GCS", 40, "guarded control stack access")
    cutter.describePermission(status)
    // The status register of ST64BV and ST64BV0, which LST identifies.
    let storeType = cutter.bits(12, 11)
    let hasStatus =
      (isPermission || status.isTranslation || status.isAccessFlag)
      && (storeType == 1 || storeType == 3)
    let register = cutter.bits(36, 32)
    cutter.field(
      "Xs", 36, 32, hasStatus ? registerName(register) : register == 0 ? "" : "not valid")
  }

  static func accessSize(_ sas: UInt8) -> StaticString {
    switch sas & 3 {
    case 0: "byte"
    case 1: "halfword"
    case 2: "word"
    default: "doubleword"
    }
  }

  static func updateName(_ value: UInt64) -> StaticString {
    switch value {
    case 0: "not a store, or the location may have been updated"
    case 2: "the store did not update the location"
    case 3: "the store updated the location"
    default: "reserved"
    }
  }

  static func errorTypeName(_ value: UInt64) -> StaticString {
    switch value {
    case 0: "recoverable state (UER)"
    case 2: "uncontainable (UC)"
    case 3: "restartable state (UEO)"
    default: "reserved"
    }
  }

  private static func loadStoreTypeName(_ value: UInt64) -> StaticString {
    switch value {
    case 1: "ST64BV instruction"
    case 2: "LD64B or ST64B instruction"
    case 3: "ST64BV0 instruction"
    default: "not specified"
    }
  }
}

/// Fields that several kinds of aborts share. A bit that is set although the architecture reserves it for
/// the status is shown as not valid.
extension FieldCutter {
  /// FnV, which only a synchronous external abort outside of a table walk sets, and EA, the kind of an
  /// external abort, parity errors included.
  mutating func describeExternalAbort(_ status: FaultStatus) {
    flag("FnV", 10, status == .externalAbort ? "FAR not valid" : "not valid", "FAR valid")
    let isExternal = status.isExternalAbort || status.isParityError
    flag("EA", 9, isExternal ? "IMPLEMENTATION DEFINED kind" : "not valid")
  }

  /// FnP, which is meaningful only if FAR is valid.
  mutating func describeFARPrecision(isFARValid: Bool) {
    flag(
      "FnP", 15, isFARValid ? "FAR is not precise" : "not valid",
      isFARValid ? "FAR is precise" : "not valid")
  }

  /// HDBSSF: the hardware couldn't record that a page became dirty. Only permission faults, and external
  /// aborts and granule protection faults on a table walk, can have this cause.
  mutating func describeDirtyStateStructure(_ status: FaultStatus) {
    let isPossible =
      status.isPermission || status.isExternalAbortOnWalk || (0x22...0x27).contains(status.rawValue)
    flag("HDBSSF", 43, isPossible ? "fault on the dirty-state structure" : "not valid")
  }

  /// AssuredOnly, Overlay and DirtyBit: why a permission was missing.
  mutating func describePermission(_ status: FaultStatus) {
    let isValid = status.isPermission
    flag("AssuredOnly", 39, isValid ? "fault due to AssuredOnly" : "not valid")
    flag("Overlay", 38, isValid ? "fault due to an overlay permission" : "not valid")
    flag("DirtyBit", 37, isValid ? "fault due to the dirty state" : "not valid")
  }
}
