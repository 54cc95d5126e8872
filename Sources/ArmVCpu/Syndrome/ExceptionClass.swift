/// ESR_ELx.EC, the exception class: why the CPU took an exception (Arm ARM DDI 0487, "ESR_EL2").
/// It can have all 64 values; `name` says which are not allocated.
public struct ExceptionClass: RawRepresentable, Hashable, Sendable {
  /// The six bits.
  public var rawValue: UInt8

  /// A class from its six bits; higher bits are dropped.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue & 0x3f }

  /// WFI, WFE, WFIT or WFET that HCR_EL2.TWI or TWE trapped.
  public static let waitInstruction = ExceptionClass(rawValue: 0x01)
  /// Access to FP, Advanced SIMD, SVE or SME state that CPTR_EL2 trapped.
  public static let floatingPointAccess = ExceptionClass(rawValue: 0x07)
  /// Pointer authentication instruction that HCR_EL2.API trapped.
  public static let pointerAuthentication = ExceptionClass(rawValue: 0x09)
  /// AArch32 HVC.
  public static let hvc32 = ExceptionClass(rawValue: 0x12)
  /// AArch32 SMC.
  public static let smc32 = ExceptionClass(rawValue: 0x13)
  /// AArch64 HVC.
  public static let hvc64 = ExceptionClass(rawValue: 0x16)
  /// AArch64 SMC.
  public static let smc64 = ExceptionClass(rawValue: 0x17)
  /// MSR, MRS or a system instruction that was trapped.
  public static let systemRegister = ExceptionClass(rawValue: 0x18)
  /// Access to SVE state that CPTR_EL2.TZ or ZEN trapped.
  public static let sveAccess = ExceptionClass(rawValue: 0x19)
  /// Access to SME state that CPTR_EL2.TSM or SMEN trapped.
  public static let smeAccess = ExceptionClass(rawValue: 0x1d)
  /// Granule protection check, taken to EL3.
  public static let granuleProtectionCheck = ExceptionClass(rawValue: 0x1e)
  /// Instruction abort from a lower exception level.
  public static let instructionAbortLower = ExceptionClass(rawValue: 0x20)
  /// Instruction abort at the same exception level.
  public static let instructionAbortSame = ExceptionClass(rawValue: 0x21)
  /// Data abort from a lower exception level.
  public static let dataAbortLower = ExceptionClass(rawValue: 0x24)
  /// Data abort at the same exception level.
  public static let dataAbortSame = ExceptionClass(rawValue: 0x25)
  /// System error.
  public static let serror = ExceptionClass(rawValue: 0x2f)
  /// Watchpoint from a lower exception level.
  public static let watchpointLower = ExceptionClass(rawValue: 0x34)
  /// Watchpoint at the same exception level.
  public static let watchpointSame = ExceptionClass(rawValue: 0x35)
  /// AArch64 BRK: at EL2, a trap of the Swift runtime.
  public static let brk64 = ExceptionClass(rawValue: 0x3c)

  /// The class in words.
  public var name: StaticString {
    switch rawValue {
    case 0x00: "unknown reason"
    case 0x01: "WFI or WFE instruction"
    case 0x03: "MCR or MRC access, coproc 15"
    case 0x04: "MCRR or MRRC access, coproc 15"
    case 0x05: "MCR or MRC access, coproc 14"
    case 0x06: "LDC or STC access, coproc 14"
    case 0x07: "FP, SIMD, SVE or SME access"
    case 0x08: "VMRS access of an ID group register"
    case 0x09: "pointer authentication instruction"
    case 0x0a: "other trapped instruction"
    case 0x0c: "MRRC access, coproc 14"
    case 0x0d: "branch target exception"
    case 0x0e: "illegal execution state"
    case 0x11: "SVC instruction, AArch32"
    case 0x12: "HVC instruction, AArch32"
    case 0x13: "SMC instruction, AArch32"
    case 0x14: "MSRR, MRRS or 128-bit system instruction"
    case 0x15: "SVC instruction, AArch64"
    case 0x16: "HVC instruction, AArch64"
    case 0x17: "SMC instruction, AArch64"
    case 0x18: "MSR, MRS or system instruction"
    case 0x19: "SVE access"
    case 0x1a: "ERET, ERETAA or ERETAB instruction"
    case 0x1b: "TSTART instruction"
    case 0x1c: "pointer authentication failure"
    case 0x1d: "SME access"
    case 0x1e: "granule protection check"
    case 0x1f: "IMPLEMENTATION DEFINED exception to EL3"
    case 0x20: "instruction abort, lower EL"
    case 0x21: "instruction abort, same EL"
    case 0x22: "PC alignment fault"
    case 0x24: "data abort, lower EL"
    case 0x25: "data abort, same EL"
    case 0x26: "SP alignment fault"
    case 0x27: "memory copy or set exception"
    case 0x28: "floating-point exception, AArch32"
    case 0x2c: "floating-point exception, AArch64"
    case 0x2d: "guarded control stack exception"
    case 0x2f: "SError"
    case 0x30: "breakpoint, lower EL"
    case 0x31: "breakpoint, same EL"
    case 0x32: "software step, lower EL"
    case 0x33: "software step, same EL"
    case 0x34: "watchpoint, lower EL"
    case 0x35: "watchpoint, same EL"
    case 0x38: "BKPT instruction, AArch32"
    case 0x3a: "vector catch, AArch32"
    case 0x3c: "BRK instruction, AArch64"
    case 0x3d: "profiling exception"
    default: "unallocated exception class"
    }
  }
}
