internal import VCpuDebug

/// `info hypervisor`: what is at EL2, and how its exits are found.
enum InfoHypervisorCommand: ShellCommand {
  static let name = "info hypervisor"
  static let summary = "Show what is at EL2, and how its exits are found."
  static let manual = """
    Shows the way in which guest exits are found and why, what the hypervisor seems to be, and EL2's registers:

      context     our hypervisor says in memory where its exits are, and keeps all of each
      trampoline  the code of arm_vcpu, the vCPU of AxVisor: the guest's registers are in its frame
      vectors     any other: all of an exit is in the CPU when the vector begins

    'set catch-way' chooses another way, 'set catch-way auto' the best one.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.requireHypervisor(for: "exits")
    return .answer(try HypervisorAnswer(in: session))
  }
}
