/// A system register that a filter can read at an exit, while the guest's registers are on the CPU.
///
/// Its raw value is part of a filter's program.
public enum FilterRegister: UInt8, CaseIterable, Sendable {
  /// EL1's and EL0's.
  case sctlr_el1, actlr_el1, cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, amair_el1
  /// EL1's exceptions.
  case vbar_el1, esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1, sp_el1, elr_el1, spsr_el1
  /// Software's own.
  case contextidr_el1, tpidr_el0, tpidrro_el0, tpidr_el1
  /// Others.
  case csselr_el1, mdscr_el1, cntkctl_el1
  /// The timers.
  case cntv_cval_el0, cntv_ctl_el0, cntp_cval_el0, cntp_ctl_el0
  /// EL2's, which control the guest.
  case vpidr_el2, vmpidr_el2, cntvoff_el2, vttbr_el2, hcr_el2, vtcr_el2

  /// The register's name, in lower case.
  public var name: StaticString {
    switch self {
    case .sctlr_el1: "sctlr_el1"
    case .actlr_el1: "actlr_el1"
    case .cpacr_el1: "cpacr_el1"
    case .ttbr0_el1: "ttbr0_el1"
    case .ttbr1_el1: "ttbr1_el1"
    case .tcr_el1: "tcr_el1"
    case .mair_el1: "mair_el1"
    case .amair_el1: "amair_el1"
    case .vbar_el1: "vbar_el1"
    case .esr_el1: "esr_el1"
    case .far_el1: "far_el1"
    case .afsr0_el1: "afsr0_el1"
    case .afsr1_el1: "afsr1_el1"
    case .par_el1: "par_el1"
    case .sp_el1: "sp_el1"
    case .elr_el1: "elr_el1"
    case .spsr_el1: "spsr_el1"
    case .contextidr_el1: "contextidr_el1"
    case .tpidr_el0: "tpidr_el0"
    case .tpidrro_el0: "tpidrro_el0"
    case .tpidr_el1: "tpidr_el1"
    case .csselr_el1: "csselr_el1"
    case .mdscr_el1: "mdscr_el1"
    case .cntkctl_el1: "cntkctl_el1"
    case .cntv_cval_el0: "cntv_cval_el0"
    case .cntv_ctl_el0: "cntv_ctl_el0"
    case .cntp_cval_el0: "cntp_cval_el0"
    case .cntp_ctl_el0: "cntp_ctl_el0"
    case .vpidr_el2: "vpidr_el2"
    case .vmpidr_el2: "vmpidr_el2"
    case .cntvoff_el2: "cntvoff_el2"
    case .vttbr_el2: "vttbr_el2"
    case .hcr_el2: "hcr_el2"
    case .vtcr_el2: "vtcr_el2"
    }
  }
}
