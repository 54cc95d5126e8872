/// The ISS of SVC, HVC and SMC, EC 0x11–0x13 and 0x15–0x17 (Arm ARM DDI 0487, "ESR_EL2", "ISS
/// encoding for an exception from SVC or HVC instruction execution").
enum CallSyndrome {
  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 16)
    cutter.field("imm16", 15, 0)
  }

  static func describeSMC32<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    // CV and COND are meaningful only if the instruction may have failed its condition.
    let mayHaveFailed = cutter.bits(19, 19) == 1
    cutter.describeCondition(validIf: mayHaveFailed)
    cutter.flag(
      "CCKNOWNPASS", 19, "conditional, and may have failed its condition",
      "unconditional, or passed its condition")
    cutter.reserved(18, 0)
  }
}
