/// The ISS of a trapped WFI, WFE, WFIT or WFET, EC 0x01 (Arm ARM DDI 0487, "ESR_EL2", "ISS encoding
/// for an exception from a WF* instruction").
public struct WaitSyndrome: Equatable, Sendable {
  /// The 25 bits of the ISS.
  public var iss: UInt32

  /// A syndrome from its ISS.
  @inlinable
  public init(iss: UInt32) { self.iss = iss }

  /// TI: which of the four instructions.
  @inlinable
  public var instruction: WaitInstruction {
    switch iss & 3 {
    case 0: .wfi
    case 1: .wfe
    case 2: .wfit
    default: .wfet
    }
  }

  /// The register with the timeout of WFIT or WFET: RN, if RV says that it is valid.
  @inlinable
  public var timeoutRegister: UInt8? {
    iss & 0b110 == 0b110 ? UInt8(truncatingIfNeeded: iss >> 5) & 31 : nil
  }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    cutter.reserved(19, 10)
    // RN and RV belong to WFIT and WFET.
    let hasTimeout = cutter.bits(1, 1) == 1
    if hasTimeout {
      let isRegisterValid = cutter.bits(2, 2) == 1
      cutter.field("RN", 9, 5, isRegisterValid ? registerName(cutter.bits(9, 5)) : "not valid")
    } else {
      cutter.reserved(9, 5)
    }
    cutter.reserved(4, 3)
    cutter.flag("RV", 2, hasTimeout ? "RN valid" : "not valid", "RN not valid")
    cutter.field("TI", 1, 0, WaitSyndrome(iss: UInt32(cutter.bits(24, 0))).instruction.name)
  }
}

/// An instruction that waits.
public enum WaitInstruction: UInt8, Sendable {
  /// Wait for interrupt.
  case wfi = 0
  /// Wait for event.
  case wfe = 1
  /// Wait for interrupt, with a timeout.
  case wfit = 2
  /// Wait for event, with a timeout.
  case wfet = 3

  /// Its mnemonic.
  public var name: StaticString {
    switch self {
    case .wfi: "WFI"
    case .wfe: "WFE"
    case .wfit: "WFIT"
    case .wfet: "WFET"
    }
  }
}

extension FieldCutter {
  /// CV and COND, which many classes have in ISS[24:20]: the condition of an AArch32 instruction,
  /// and "always" for an AArch64 instruction. COND is UNKNOWN if CV is 0; `validIf` says whether CV
  /// itself is meaningful.
  mutating func describeCondition(validIf isValid: Bool = true) {
    flag("CV", 24, isValid ? "COND valid" : "not valid", isValid ? "COND not valid" : "not valid")
    let isConditionValid = isValid && bits(24, 24) == 1
    field("COND", 23, 20, isConditionValid ? conditionName(bits(23, 20)) : "not valid")
  }
}

/// The condition of an AArch32 instruction (Arm ARM DDI 0487, F1.3.1).
private func conditionName(_ value: UInt64) -> StaticString {
  switch value {
  case 0x0: "EQ"
  case 0x1: "NE"
  case 0x2: "CS"
  case 0x3: "CC"
  case 0x4: "MI"
  case 0x5: "PL"
  case 0x6: "VS"
  case 0x7: "VC"
  case 0x8: "HI"
  case 0x9: "LS"
  case 0xa: "GE"
  case 0xb: "LT"
  case 0xc: "GT"
  case 0xd: "LE"
  case 0xe: "always"
  default: "reserved"
  }
}
