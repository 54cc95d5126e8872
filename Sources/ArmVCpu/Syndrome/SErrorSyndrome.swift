/// The ISS of an SError, EC 0x2f (Arm ARM DDI 0487, "ESR_EL2", "ISS encoding for an SError
/// interrupt").
public struct SErrorSyndrome: Equatable, Sendable {
  /// The 25 bits of the ISS.
  public var iss: UInt32

  /// A syndrome from its ISS.
  @inlinable
  public init(iss: UInt32) { self.iss = iss }

  /// IDS: the rest is IMPLEMENTATION DEFINED.
  @inlinable
  public var isImplementationDefined: Bool { iss & 1 << 24 != 0 }

  /// AET, the severity, if the syndrome has one: it isn't IMPLEMENTATION DEFINED, and DFSC is 0x11.
  public var severity: StaticString? {
    guard !isImplementationDefined, iss & 0x3f == 0x11 else { return nil }
    return Self.severityName(UInt64(iss >> 10 & 7))
  }

  /// Whether the interrupted code may continue as if nothing had happened: the severity is corrected
  /// or restartable.
  public var isContained: Bool {
    guard !isImplementationDefined, iss & 0x3f == 0x11 else { return false }
    let aet = iss >> 10 & 7
    return aet == 2 || aet == 6
  }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.flag("IDS", 24, "IMPLEMENTATION DEFINED syndrome", "architected syndrome")
    guard cutter.bits(24, 24) == 0 else {
      cutter.field("IMPDEF", 23, 0)
      return
    }
    guard cutter.bits(5, 0) == 0x11 else {
      cutter.reserved(23, 6)
      cutter.field("DFSC", 5, 0, cutter.bits(5, 0) == 0 ? "uncategorized error" : "reserved")
      return
    }
    cutter.reserved(23, 19)
    cutter.flag(
      "ELS", 18, "ELR is of the instruction that caused it", "ELR does not say what caused it")
    cutter.field("WU", 17, 16, DataAbortSyndrome.updateName(cutter.bits(17, 16)))
    cutter.flag("VFV", 15, "FAR valid", "FAR not valid")
    cutter.flag("PFV", 14, "PFAR valid", "PFAR not valid")
    cutter.flag("IESB", 13, "implicit error synchronization")
    cutter.field("AET", 12, 10, severityName(cutter.bits(12, 10)))
    cutter.field("EA", 9, 9)
    cutter.reserved(8, 8)
    cutter.flag("WnRV", 7, "WnR valid", "WnR not valid")
    let isDirectionValid = cutter.bits(7, 7) == 1
    cutter.flag(
      "WnR", 6, isDirectionValid ? "write" : "not valid", isDirectionValid ? "read" : "not valid")
    cutter.field("DFSC", 5, 0, "asynchronous SError")
  }

  private static func severityName(_ value: UInt64) -> StaticString {
    switch value {
    case 0: "uncontainable (UC)"
    case 1: "unrecoverable state (UEU)"
    case 2: "restartable state (UEO)"
    case 3: "recoverable state (UER)"
    case 6: "corrected (CE)"
    default: "reserved"
    }
  }
}
