internal import VCpuDebug

/// `info interrupts`: what reaches the CPU and its guest, and why not.
enum InfoInterruptsCommand: ShellCommand {
  static let name = "info interrupts"
  static let summary =
    "Show which interrupts reach the CPU and its guest, and what ends a wait."
  static let manual = """
    Shows what decides about the interrupts of the CPU that is looked at, and then in words what ends a wait of
    it or of its guest, or why nothing does:

      PSTATE      what the CPU masks, and what the guest does at the exit
      HCR_EL2     which interrupts EL2 takes, and which are pending for the guest by VI, VF and VSE
      ISR_EL1     what is pending for the CPU
      timers      each that is on: whether it is masked, and when it is due
      interface   what the CPU interface lets through; the guest's, and its list registers that are in use
      controller  the interrupts that are pending, enabled and active, by the memory of the GIC

    Where the controller is, QEMU's monitor tells; none of its registers changes when it is read. LPIs, which
    have tables of their own, are not shown. The numbers of the timers' interrupts are those of Arm's Base
    System Architecture: 27, 30, 26 and 28.

    Of a CPU that waits in WFI, and of one that runs a guest, only what the stub and memory show can be read;
    the rest is listed under 'not read'. 'catch exit' stops where all of it can. What PSTATE masks still ends a
    WFI.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    return .answer(InterruptsAnswer(try session.interrupts.state()))
  }
}
