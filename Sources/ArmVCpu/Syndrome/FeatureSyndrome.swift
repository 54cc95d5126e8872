/// The ISS of exceptions that belong to an architecture extension: floating point, pointer
/// authentication, SME, memory copy, guarded control stacks and others (Arm ARM DDI 0487,
/// "ESR_EL2").
enum FeatureSyndrome {
  /// EC 0x07.
  static func describeFloatingPoint<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    cutter.reserved(19, 0)
  }

  /// EC 0x0a.
  ///
  /// The whole ISS is one number, which identifies the instruction.
  static func otherInstruction(_ iss: UInt32) -> StaticString {
    switch iss {
    case 0: "ST64BV instruction"
    case 1: "ST64BV0 instruction"
    case 2: "LD64B or ST64B instruction"
    case 3: "TSB CSYNC instruction"
    case 4: "PSB CSYNC instruction"
    default: "reserved"
    }
  }

  /// EC 0x0d.
  static func describeBranchTarget<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 2)
    cutter.field("BTYPE", 1, 0)
  }

  /// EC 0x1a.
  static func describeExceptionReturn<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 2)
    cutter.flag("ERET", 1, "ERETAA or ERETAB", "ERET")
    let isAuthenticated = cutter.bits(1, 1) == 1
    cutter.flag(
      "ERETA", 0, isAuthenticated ? "ERETAB" : "not valid", isAuthenticated ? "ERETAA" : "")
  }

  /// EC 0x1b.
  static func describeTransaction<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 10)
    cutter.field("Rd", 9, 5, registerName(cutter.bits(9, 5)))
    cutter.reserved(4, 0)
  }

  /// EC 0x1c.
  static func describePointerAuthentication<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 2)
    cutter.flag("DnI", 1, "data key", "instruction key")
    cutter.flag("BnA", 0, "B key", "A key")
  }

  /// EC 0x1d.
  static func describeSME<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 3)
    let meaning: StaticString =
      switch cutter.bits(2, 0) {
      case 0: "SME functionality trapped"
      case 1: "instruction illegal in Streaming SVE mode"
      case 2: "instruction needs PSTATE.SM"
      case 3: "instruction needs PSTATE.ZA"
      case 4: "access of ZT0"
      default: "reserved"
      }
    cutter.field("SMTC", 2, 0, meaning)
  }

  /// EC 0x27.
  static func describeMemoryCopy<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.flag("MemInst", 24, "SET* instruction", "CPY* instruction")
    cutter.flag("isSETG", 23, "SETG* instruction")
    cutter.field("Options", 22, 19)
    cutter.flag("FromEpilogue", 18, "from an epilogue instruction")
    cutter.flag("WrongOption", 17, "wrong algorithm option")
    cutter.flag("OptionA", 16, "PSTATE.C says option A", "PSTATE.C says option B")
    cutter.reserved(15, 15)
    cutter.field("destreg", 14, 10, registerName(cutter.bits(14, 10)))
    cutter.field("srcreg", 9, 5, registerName(cutter.bits(9, 5)))
    cutter.field("sizereg", 4, 0, registerName(cutter.bits(4, 0)))
  }

  /// EC 0x28 and 0x2c. The flags are UNKNOWN unless TFV says that they are valid. VECITR is RES1 for
  /// AArch32 and UNKNOWN for AArch64.
  static func describeFloatingPointException<Sink: FieldSink>(
    _ cutter: inout FieldCutter<Sink>, isAArch32: Bool
  ) {
    cutter.reserved(24, 24)
    cutter.flag("TFV", 23, "the trapped flags are valid", "the trapped flags are not valid")
    cutter.reserved(22, 11)
    cutter.field("VECITR", 10, 8, isAArch32 ? "always 7" : "not valid")
    let isValid = cutter.bits(23, 23) == 1
    cutter.trappedFlag("IDF", 7, "input denormal", isValid)
    cutter.reserved(6, 5)
    cutter.trappedFlag("IXF", 4, "inexact", isValid)
    cutter.trappedFlag("UFF", 3, "underflow", isValid)
    cutter.trappedFlag("OFF", 2, "overflow", isValid)
    cutter.trappedFlag("DZF", 1, "division by zero", isValid)
    cutter.trappedFlag("IOF", 0, "invalid operation", isValid)
  }

  /// EC 0x2d.
  static func describeGuardedControlStack<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 24)
    switch cutter.bits(23, 20) {
    case 0:
      cutter.field("ExType", 23, 20, "data check")
      cutter.reserved(19, 10)
      // GCSSS2 and GCSPOPCX leave Rn UNKNOWN.
      let instruction = cutter.bits(4, 0)
      let isUnknown = instruction == 5 || instruction == 8
      cutter.field("Rn", 9, 5, isUnknown ? "not valid" : registerName(cutter.bits(9, 5)))
      cutter.field("IT", 4, 0, guardedInstruction(instruction))
    case 1:
      cutter.field("ExType", 23, 20, "EXLOCK")
      cutter.reserved(19, 0)
    case 2:
      cutter.field("ExType", 23, 20, "GCSSTR or GCSSTTR instruction")
      cutter.reserved(19, 15)
      cutter.field("Raddr", 14, 10, registerName(cutter.bits(14, 10)))
      cutter.field("Rvalue", 9, 5, registerName(cutter.bits(9, 5)))
      cutter.reserved(4, 0)
    default:
      cutter.field("ExType", 23, 20, "reserved")
      cutter.reserved(19, 0)
    }
  }

  private static func guardedInstruction(_ value: UInt64) -> StaticString {
    switch value {
    case 0: "RET"
    case 1: "GCSPOPM"
    case 2: "RETAA"
    case 3: "RETAB"
    case 4: "GCSSS1"
    case 5: "GCSSS2"
    case 8: "GCSPOPCX"
    case 9: "GCSPOPX"
    default: "reserved"
    }
  }
}

extension FieldCutter {
  /// A floating-point exception flag, UNKNOWN unless `isValid`.
  fileprivate mutating func trappedFlag(
    _ name: StaticString, _ bit: UInt8, _ set: StaticString, _ isValid: Bool
  ) {
    flag(name, bit, isValid ? set : "not valid", isValid ? "" : "not valid")
  }
}
