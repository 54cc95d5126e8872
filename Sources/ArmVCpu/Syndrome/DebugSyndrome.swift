/// The ISS of debug and profiling exceptions, EC 0x30–0x35, 0x38, 0x3a, 0x3c and 0x3d (Arm ARM DDI 0487,
/// "ESR_EL2").
struct DebugSyndrome {
  /// The 25 bits of the ISS.
  let iss: UInt32

  init(iss: UInt32) { self.iss = iss }

  /// Whether a stepped instruction was a Load-Exclusive, EX; nil if ISV says that the CPU doesn't report
  /// it.
  var steppedExclusive: Bool? { iss & 1 << 24 != 0 ? iss & 1 << 6 != 0 : nil }
  /// The number of the watchpoint, WPT; nil if WPTV says that the CPU doesn't report it.
  var watchpointNumber: UInt8? {
    iss & 1 << 17 != 0 ? UInt8(truncatingIfNeeded: iss >> 18) & 0x3f : nil
  }
  /// FnV of a watchpoint: FAR_EL2 doesn't hold the address.
  var isFARInvalid: Bool { iss & 1 << 10 != 0 }
  /// WnR of a watchpoint: a write.
  var isWrite: Bool { iss & 1 << 6 != 0 }

  static func describeBreakpoint<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 6)
    describeStatus(&cutter, "IFSC")
  }

  static func describeStep<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let isValid = DebugSyndrome(cutter).steppedExclusive != nil
    cutter.flag("ISV", 24, "EX valid", "EX not valid")
    cutter.reserved(23, 7)
    cutter.flag(
      "EX", 6, isValid ? "stepped a Load-Exclusive" : "not valid",
      isValid ? "stepped something else" : "not valid")
    describeStatus(&cutter, "IFSC")
  }

  static func describeWatchpoint<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let syndrome = DebugSyndrome(cutter)
    cutter.reserved(24, 24)
    cutter.field("WPT", 23, 18, syndrome.watchpointNumber != nil ? "" : "not valid")
    cutter.flag("WPTV", 17, "WPT valid", "WPT not valid")
    cutter.flag("WPF", 16, "may be a false positive")
    cutter.describeFARPrecision(isFARValid: !syndrome.isFARInvalid)
    cutter.reserved(14, 14)
    cutter.flag("VNCR", 13, "access through VNCR_EL2")
    cutter.reserved(12, 11)
    cutter.flag("FnV", 10, "FAR not valid", "FAR valid")
    cutter.reserved(9, 9)
    cutter.flag("CM", 8, "cache maintenance", "not cache maintenance")
    cutter.reserved(7, 7)
    cutter.flag("WnR", 6, "write", "read")
    describeStatus(&cutter, "DFSC")
  }

  /// Only GCS; an abort's ISS2 has more.
  static func describeWatchpointISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(55, 41)
    cutter.flag("GCS", 40, "guarded control stack access")
    cutter.reserved(39, 32)
  }

  static func describeBreakInstruction<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 16)
    cutter.field("Comment", 15, 0)
  }

  static func describeProfiling<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 6)
    let cause: StaticString =
      switch cutter.bits(5, 1) {
      case 0: "PMU overflow"
      case 1: "profiling buffer management event"
      case 2: "trace buffer management event"
      default: "reserved"
      }
    cutter.field("FSC", 5, 1, cause)
    cutter.flag("SYNC", 0, "synchronous", "asynchronous")
  }

  private init<Sink: FieldSink>(_ cutter: FieldCutter<Sink>) {
    self.init(iss: UInt32(cutter.bits(24, 0)))
  }

  private static func describeStatus<Sink: FieldSink>(
    _ cutter: inout FieldCutter<Sink>, _ name: StaticString
  ) {
    cutter.field(name, 5, 0, cutter.bits(5, 0) == 0x22 ? "debug exception" : "reserved")
  }
}
