/// ESR_EL2, Exception Syndrome Register (Arm ARM DDI 0487, "ESR_EL2").
public struct ESR_EL2: RawRepresentable, Equatable, Sendable {
  /// All 64 bits.
  public var rawValue: UInt64

  /// A register from its 64 bits.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A register from a class and its syndrome, with IL set, as for every 32-bit instruction.
  @inlinable
  public init(_ exceptionClass: ExceptionClass, iss: UInt32 = 0) {
    rawValue = UInt64(exceptionClass.rawValue) << 26 | 1 << 25 | UInt64(iss & 0x1ff_ffff)
  }

  /// EC, bits 31:26.
  @inlinable
  public var exceptionClass: ExceptionClass {
    ExceptionClass(rawValue: UInt8(truncatingIfNeeded: rawValue >> 26))
  }
  /// IL, bit 25: the instruction was 32 bits long.
  @inlinable
  public var isLongInstruction: Bool { rawValue & 1 << 25 != 0 }
  /// ISS, bits 24:0.
  @inlinable
  public var iss: UInt32 { UInt32(truncatingIfNeeded: rawValue) & 0x1ff_ffff }
  /// ISS2, bits 55:32.
  @inlinable
  public var iss2: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) & 0xff_ffff }
  /// The immediate of HVC, SMC, SVC and BRK, ISS[15:0].
  @inlinable
  public var immediate: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// Whether IL carries no information: some classes always set it, regardless of the instruction (Arm
  /// ARM DDI 0487, "ESR_EL2", "IL").
  var hasForcedLength: Bool {
    switch exceptionClass.rawValue {
    case 0x00, 0x0e, 0x20, 0x21, 0x22, 0x26, 0x2f, 0x30...0x35, 0x3a: true
    case 0x24, 0x25: iss & 1 << 24 == 0
    default: false
    }
  }

  // Most callers are in other modules, where unspecialized generic code is half as fast.

  /// Passes every field to `sink`, from bit 63 down, with those of the ISS at depth 1. Defined for each
  /// of the 2^64 values.
  @_specialize(where Sink == FieldList)
  public func describe<Sink: FieldSink>(into sink: inout Sink) {
    // The attribute is there because most callers are in other modules, where the generic code is half
    // as fast.
    var cutter = FieldCutter(rawValue, into: sink)
    cutter.reserved(63, 56)
    if iss2 != 0 { describeISS2(&cutter) }
    cutter.field("EC", 31, 26, exceptionClass.name)
    if hasForcedLength {
      cutter.flag("IL", 25, "always set in this class", "not valid")
    } else {
      cutter.flag("IL", 25, "32-bit instruction", "16-bit instruction")
    }
    let isOther = exceptionClass.rawValue == 0x0a
    cutter.field("ISS", 24, 0, isOther ? FeatureSyndrome.otherInstruction(iss) : "")
    cutter.depth = 1
    describeISS(&cutter)
    sink = cutter.sink
  }

  private func describeISS2<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.field("ISS2", 55, 32)
    cutter.depth = 1
    switch exceptionClass {
    case .dataAbortLower, .dataAbortSame: DataAbortSyndrome.describeISS2(&cutter)
    case .instructionAbortLower, .instructionAbortSame:
      InstructionAbortSyndrome.describeISS2(&cutter)
    case .granuleProtectionCheck:
      InstructionAbortSyndrome.describeGranuleProtectionISS2(&cutter)
    case .watchpointLower, .watchpointSame: DebugSyndrome.describeWatchpointISS2(&cutter)
    default: cutter.reserved(55, 32)
    }
    cutter.depth = 0
  }

  private func describeISS<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    switch exceptionClass.rawValue {
    case 0x01: WaitSyndrome.describe(&cutter)
    case 0x03, 0x05, 0x08: CoprocessorSyndrome.describeRegister(&cutter)
    case 0x04, 0x0c: CoprocessorSyndrome.describeRegisterPair(&cutter)
    case 0x06: CoprocessorSyndrome.describeTransfer(&cutter)
    case 0x07: FeatureSyndrome.describeFloatingPoint(&cutter)
    case 0x0a: break  // The ISS is one number.
    case 0x0d: FeatureSyndrome.describeBranchTarget(&cutter)
    case 0x13: CallSyndrome.describeSMC32(&cutter)
    case 0x11, 0x12, 0x15, 0x16, 0x17: CallSyndrome.describe(&cutter)
    case 0x14: SystemRegisterSyndrome.describePair(&cutter)
    case 0x18: SystemRegisterSyndrome.describe(&cutter)
    case 0x1a: FeatureSyndrome.describeExceptionReturn(&cutter)
    case 0x1b: FeatureSyndrome.describeTransaction(&cutter)
    case 0x1c: FeatureSyndrome.describePointerAuthentication(&cutter)
    case 0x1d: FeatureSyndrome.describeSME(&cutter)
    case 0x1f: cutter.field("IMPDEF", 24, 0)
    case 0x1e: InstructionAbortSyndrome.describeGranuleProtection(&cutter)
    case 0x20, 0x21: InstructionAbortSyndrome.describe(&cutter)
    case 0x24, 0x25: DataAbortSyndrome.describe(&cutter)
    case 0x27: FeatureSyndrome.describeMemoryCopy(&cutter)
    case 0x28: FeatureSyndrome.describeFloatingPointException(&cutter, isAArch32: true)
    case 0x2c: FeatureSyndrome.describeFloatingPointException(&cutter, isAArch32: false)
    case 0x2d: FeatureSyndrome.describeGuardedControlStack(&cutter)
    case 0x2f: SErrorSyndrome.describe(&cutter)
    case 0x30, 0x31, 0x3a: DebugSyndrome.describeBreakpoint(&cutter)
    case 0x32, 0x33: DebugSyndrome.describeStep(&cutter)
    case 0x34, 0x35: DebugSyndrome.describeWatchpoint(&cutter)
    case 0x38, 0x3c: DebugSyndrome.describeBreakInstruction(&cutter)
    case 0x3d: DebugSyndrome.describeProfiling(&cutter)
    default: cutter.reserved(24, 0)
    }
  }
}
