/// The ISS of a data abort, EC 0x24 and 0x25 (Arm ARM DDI 0487, D24.2.40, "ISS encoding for an exception
/// from a Data Abort").
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
  /// SSE: the load extends the sign. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var extendsSign: Bool { iss & 1 << 21 != 0 }
  /// The register of the transfer, 31 meaning XZR: SRT. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var register: UInt8 { UInt8(truncatingIfNeeded: iss >> 16) & 31 }
  /// SF: the register is 64 bits wide, not 32. Valid if `isInstructionSyndromeValid`.
  @inlinable
  public var is64BitRegister: Bool { iss & 1 << 15 != 0 }
  /// FnV: FAR_EL2 does not hold the address. Only an external abort sets it.
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

  /// Whether a load or store faulted for the want of a mapping alone: a translation fault of the access
  /// itself, not of cache maintenance and not of the guest's table walk.
  @inlinable
  public var isUnmappedAccess: Bool { status.isTranslation && !isStage1Walk && !isCacheMaintenance }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let syndrome = DataAbortSyndrome(iss: UInt32(cutter.bits(24, 0)))
    let status = syndrome.status
    cutter.flag("ISV", 24, "instruction syndrome valid", "no instruction syndrome")
    if syndrome.isInstructionSyndromeValid {
      cutter.field("SAS", 23, 22, accessSize(UInt8(cutter.bits(23, 22))))
      cutter.flag("SSE", 21, "sign-extends", "does not sign-extend")
      cutter.field("SRT", 20, 16, syndrome.register == 31 ? "zero register" : "")
      cutter.flag("SF", 15, "64-bit register", "32-bit register")
      cutter.flag("AR", 14, "acquire or release", "neither acquire nor release")
    } else {
      cutter.reserved(23, 22)
      cutter.flag("TopLevel", 21, "fault at the top level or below the root")
      cutter.reserved(20, 18)
      if status == .externalAbort {
        cutter.field("WU", 17, 16, updateName(cutter.bits(17, 16)))
      } else {
        cutter.reserved(17, 16)
      }
      cutter.flag("FnP", 15, "FAR is not precise", "FAR is precise")
      if status == .externalAbort {
        cutter.flag("PFV", 14, "PFAR valid", "PFAR not valid")
      } else {
        cutter.reserved(14, 14)
      }
    }
    cutter.flag("VNCR", 13, "access through VNCR_EL2")
    if status == .externalAbort {
      cutter.field("SET", 12, 11, errorTypeName(cutter.bits(12, 11)))
    } else if status.isTranslation || status.isAccessFlag || status.isPermission {
      cutter.field("LST", 12, 11, loadStoreTypeName(cutter.bits(12, 11)))
    } else {
      cutter.reserved(12, 11)
    }
    cutter.flag("FnV", 10, "FAR not valid", "FAR valid")
    cutter.field("EA", 9, 9)
    cutter.flag("CM", 8, "cache maintenance", "not cache maintenance")
    cutter.flag("S1PTW", 7, "during a stage 1 table walk", "not during a stage 1 table walk")
    cutter.flag("WnR", 6, "write", "read")
    let isTagCheck = status.rawValue == 0x11
    cutter.field("DFSC", 5, 0, isTagCheck ? "synchronous tag check fault" : status.name)
  }

  static func describeISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(55, 44)
    cutter.flag("HDBSSF", 43, "fault on the dirty-state structure")
    cutter.flag("TnD", 42, "fault on a tag access", "fault on a data access")
    cutter.flag("TagAccess", 41, "access with a tag")
    cutter.flag("GCS", 40, "guarded control stack access")
    cutter.flag("AssuredOnly", 39, "fault due to AssuredOnly")
    cutter.flag("Overlay", 38, "fault due to an overlay permission")
    cutter.flag("DirtyBit", 37, "fault due to the dirty state")
    cutter.field("Xs", 36, 32)
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
