/// The classes of exits that a debugger catches and counts. An exit belongs to one class first and may
/// belong to wider ones too: a PSCI call by HVC is `psci` and `hvc`.
public enum ExitClass: UInt8, CaseIterable, Sendable {
  /// An HVC instruction, including PSCI calls.
  case hvc
  /// An SMC instruction, including PSCI calls.
  case smc
  /// A PSCI call, by HVC or SMC.
  case psci
  /// A load or store to emulate.
  case mmio
  /// A load to emulate.
  case mmioRead
  /// A store to emulate.
  case mmioWrite
  /// A trapped MRS, MSR or system instruction.
  case sysreg
  /// A trapped MRS.
  case sysregRead
  /// A trapped MSR or system instruction.
  case sysregWrite
  /// WFI or WFIT.
  case wfi
  /// WFE or WFET.
  case wfe
  /// An instruction abort.
  case iabt
  /// A data abort, including accesses to emulate.
  case dabt
  /// An access to FP, Advanced SIMD, SVE or SME state trapped by TFP or FPEN.
  case fp
  /// An access to SVE or SME state.
  case sve
  /// A breakpoint, watchpoint, step, BRK or other debug exception.
  case debug
  /// A physical IRQ.
  case irq
  /// A physical FIQ.
  case fiq
  /// An SError.
  case serror
  /// Anything else.
  case unhandled
  /// Every exit.
  case any

  /// The class's name in the shell.
  public var name: StaticString {
    switch self {
    case .hvc: "hvc"
    case .smc: "smc"
    case .psci: "psci"
    case .mmio: "mmio"
    case .mmioRead: "mmio-read"
    case .mmioWrite: "mmio-write"
    case .sysreg: "sysreg"
    case .sysregRead: "sysreg-read"
    case .sysregWrite: "sysreg-write"
    case .wfi: "wfi"
    case .wfe: "wfe"
    case .iabt: "iabt"
    case .dabt: "dabt"
    case .fp: "fp"
    case .sve: "sve"
    case .debug: "debug"
    case .irq: "irq"
    case .fiq: "fiq"
    case .serror: "serror"
    case .unhandled: "unhandled"
    case .any: "any"
    }
  }

  /// The next wider class, up to `any`; nil for `any`. This chain doesn't cover PSCI calls, whose wider
  /// class depends on the conduit: see `ExitReason.belongs(to:)`.
  var parent: ExitClass? {
    switch self {
    case .any: nil
    case .mmioRead, .mmioWrite: .mmio
    case .mmio: .dabt
    case .sysregRead, .sysregWrite: .sysreg
    default: .any
    }
  }
}

extension ExitClass {
  /// The class's bit in a set of classes.
  public var bit: UInt32 { 1 << UInt32(rawValue) }
}

extension ExitReason {
  /// Whether the exit is one of `wanted`, directly or as a narrower kind of it.
  public func belongs(to wanted: ExitClass) -> Bool { classes & wanted.bit != 0 }
}
