internal import VCpuDebug

/// `info hypervisor`: what is at EL2, and how its exits are found.
enum InfoHypervisorCommand: ShellCommand {
  static let name = "info hypervisor"
  static let summary = "Show what is at EL2, and how its exits are found."
  static let manual = """
    Shows the way in which guest exits are found and why, what the hypervisor seems to be, and EL2's registers:

      context     our hypervisor says in memory where its exits are, and keeps each whole exit there
      trampoline  the code of arm_vcpu, the vCPU of AxVisor: the guest's registers are in its frame
      vectors     any other: the whole exit is in the CPU when the vector is entered

    'set catch-way' chooses another way, 'set catch-way auto' the best one.
    """

  static let transcript = """
    (vcpu) info hypervisor
    exits are found by 'context': the hypervisor's vcpu_debug_descriptor is at hv:0x40206000
    EL2: ArmVCpu
      vcpu_debug_descriptor with its magic is in memory
    VBAR_EL2    0x0000000040203000
    HCR_EL2     0x0000000080082019  VM IMO
    SCTLR_EL2   0x0000000000000000  the MMU is off
    TCR_EL2     0x0000000000000000
    TTBR0_EL2   0x0000000000000000
    VTTBR_EL2   0x0000000044000000  VMID 0, tables at 0x44000000
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.requireHypervisor(for: "exits")
    return .answer(try HypervisorAnswer(in: session))
  }
}
