/// The ISS of an instruction abort, EC 0x20 and 0x21, and of a granule protection check, EC 0x1e (Arm ARM
/// DDI 0487, "ESR_EL2", "ISS encoding for an exception from an Instruction Abort").
public struct InstructionAbortSyndrome: Equatable, Sendable {
  /// The 25 bits of the ISS.
  public var iss: UInt32

  /// A syndrome from its ISS.
  @inlinable
  public init(iss: UInt32) { self.iss = iss }

  /// FnV: FAR_EL2 doesn't hold the address. Only an external abort sets it.
  @inlinable
  public var isFARInvalid: Bool { iss & 1 << 10 != 0 }
  /// S1PTW: the access was the guest's stage-1 table walk.
  @inlinable
  public var isStage1Walk: Bool { iss & 1 << 7 != 0 }
  /// IFSC.
  @inlinable
  public var status: FaultStatus { FaultStatus(rawValue: UInt8(truncatingIfNeeded: iss)) }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let status = FaultStatus(rawValue: UInt8(cutter.bits(5, 0)))
    cutter.reserved(24, 22)
    cutter.flag("TopLevel", 21, "fault due to TopLevel")
    cutter.reserved(20, 15)
    if status.isExternalAbort {
      cutter.flag("PFV", 14, "PFAR valid", "PFAR not valid")
    } else {
      cutter.reserved(14, 14)
    }
    cutter.reserved(13, 13)
    if status == .externalAbort {
      cutter.field("SET", 12, 11, DataAbortSyndrome.errorTypeName(cutter.bits(12, 11)))
    } else {
      cutter.reserved(12, 11)
    }
    cutter.describeExternalAbort(status)
    cutter.reserved(8, 8)
    cutter.flag("S1PTW", 7, "during a stage 1 table walk", "not during a stage 1 table walk")
    cutter.reserved(6, 6)
    cutter.field("IFSC", 5, 0, status.nameForInstruction)
  }

  static func describeISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let status = FaultStatus(rawValue: UInt8(cutter.bits(5, 0)))
    cutter.reserved(55, 44)
    cutter.describeDirtyStateStructure(status)
    cutter.reserved(42, 40)
    cutter.describePermission(status)
    cutter.reserved(36, 32)
  }

  static func describeGranuleProtection<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 22)
    cutter.flag("S2PTW", 21, "during a stage 2 table walk", "not during a stage 2 table walk")
    cutter.flag("InD", 20, "instruction fetch", "data access")
    cutter.field("GPCSC", 19, 14, granuleStatusName(cutter.bits(19, 14)))
    cutter.flag("VNCR", 13, "access through VNCR_EL2")
    cutter.reserved(12, 9)
    cutter.flag("CM", 8, "cache maintenance", "not cache maintenance")
    cutter.flag("S1PTW", 7, "during a stage 1 table walk", "not during a stage 1 table walk")
    // A fetch isn't a write.
    if cutter.bits(20, 20) == 0 {
      cutter.flag("WnR", 6, "write", "read")
    } else {
      cutter.reserved(6, 6)
    }
    let status = FaultStatus(rawValue: UInt8(cutter.bits(5, 0)))
    cutter.field(
      "xFSC", 5, 0, status.isGranuleProtection ? status.name : "reserved fault status")
  }

  static func describeGranuleProtectionISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(55, 44)
    cutter.flag("HDBSSF", 43, "fault on the dirty-state structure")
    cutter.reserved(42, 41)
    cutter.flag("GCS", 40, "guarded control stack access")
    cutter.reserved(39, 32)
  }

  private static func granuleStatusName(_ value: UInt64) -> StaticString {
    switch value {
    case 0x00: "granule table address size fault, level 0"
    case 0x01: "granule table address size fault, level 1"
    case 0x04: "granule table walk fault, level 0"
    case 0x05: "granule table walk fault, level 1"
    case 0x0c: "granule protection fault, level 0"
    case 0x0d: "granule protection fault, level 1"
    case 0x14: "external abort on a granule table fetch, level 0"
    case 0x15: "external abort on a granule table fetch, level 1"
    default: "reserved"
    }
  }
}
