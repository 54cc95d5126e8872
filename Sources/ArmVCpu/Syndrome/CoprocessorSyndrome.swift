/// The ISS of trapped AArch32 coprocessor accesses, EC 0x03–0x06, 0x08 and 0x0c (Arm ARM DDI 0487,
/// "ESR_EL2", "ISS encoding for an exception from MCR or MRC access" and following).
enum CoprocessorSyndrome {
  static func describeRegister<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    #if hasFeature(Embedded)
      cutter.field("Opc2", 19, 17)
    #else
      let register = CoprocessorRegister(ESR_EL2(rawValue: cutter.register))
      cutter.field("Opc2", 19, 17, register?.name ?? "")
    #endif
    cutter.field("Opc1", 16, 14)
    cutter.field("CRn", 13, 10)
    cutter.field("Rt", 9, 5, registerName(cutter.bits(9, 5), is64Bit: false))
    cutter.field("CRm", 4, 1)
    cutter.flag("Direction", 0, "read (MRC or VMRS)", "write (MCR)")
  }

  static func describeRegisterPair<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    #if hasFeature(Embedded)
      cutter.field("Opc1", 19, 16)
    #else
      let register = CoprocessorRegister(ESR_EL2(rawValue: cutter.register))
      cutter.field("Opc1", 19, 16, register?.name ?? "")
    #endif
    cutter.reserved(15, 15)
    cutter.field("Rt2", 14, 10, registerName(cutter.bits(14, 10), is64Bit: false))
    cutter.field("Rt", 9, 5, registerName(cutter.bits(9, 5), is64Bit: false))
    cutter.field("CRm", 4, 1)
    cutter.flag("Direction", 0, "read (MRRC)", "write (MCRR)")
  }

  static func describeTransfer<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.describeCondition()
    cutter.field("imm8", 19, 12)
    cutter.reserved(11, 10)
    // Rn is valid if AM[2] says that the address comes from a register.
    let isRegisterValid = cutter.bits(3, 3) == 0
    cutter.field(
      "Rn", 9, 5, isRegisterValid ? registerName(cutter.bits(9, 5), is64Bit: false) : "not valid")
    cutter.flag("Offset", 4, "added", "subtracted")
    cutter.field("AM", 3, 1, addressingMode(cutter.bits(3, 1)))
    cutter.flag("Direction", 0, "LDC", "STC")
  }

  private static func addressingMode(_ value: UInt64) -> StaticString {
    switch value {
    case 0: "immediate, unindexed"
    case 1: "immediate, post-indexed"
    case 2: "immediate, offset"
    case 3: "immediate, pre-indexed"
    case 4: "literal, unindexed"
    case 6: "literal, offset"
    default: "reserved"
    }
  }
}
