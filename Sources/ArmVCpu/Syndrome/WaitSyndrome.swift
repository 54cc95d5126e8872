/// The ISS of a trapped WFI, WFE, WFIT or WFET, EC 0x01 (Arm ARM DDI 0487, D24.2.40, "ISS encoding for an
/// exception from a WF* instruction").
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

  /// The register with the time-out of WFIT or WFET: RN, where RV says that it is valid.
  @inlinable
  public var timeoutRegister: UInt8? {
    iss & 0b110 == 0b110 ? UInt8(truncatingIfNeeded: iss >> 5) & 31 : nil
  }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    cutter.reserved(19, 10)
    let hasRegister = cutter.bits(2, 2) == 1
    if hasRegister { cutter.field("RN", 9, 5) } else { cutter.reserved(9, 5) }
    cutter.reserved(4, 3)
    cutter.flag("RV", 2, "RN valid", "RN not valid")
    cutter.field("TI", 1, 0, WaitSyndrome(iss: UInt32(cutter.bits(24, 0))).instruction.name)
  }
}

/// An instruction that waits.
public enum WaitInstruction: UInt8, Sendable {
  /// Wait for interrupt.
  case wfi = 0
  /// Wait for event.
  case wfe = 1
  /// Wait for interrupt, with a time-out.
  case wfit = 2
  /// Wait for event, with a time-out.
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
  /// CV and COND, which many classes have in ISS[24:20]: the condition of an AArch32 instruction.
  mutating func describeCondition() {
    flag("CV", 24, "COND valid", "COND not valid")
    if bits(24, 24) == 1 {
      field("COND", 23, 20, bits(23, 20) == 0xe ? "always" : "")
    } else {
      field("COND", 23, 20)
    }
  }
}
