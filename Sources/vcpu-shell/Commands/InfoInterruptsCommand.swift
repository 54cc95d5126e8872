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

  static let transcript = """
    (vcpu) info interrupts
    the CPU is at EL2, and its guest waits
    PSTATE      the CPU masks D A I F
                the guest masks D A I F
    HCR_EL2     0x0000000080082019  to EL2: IRQ FIQ; virtually pending: nothing
    timers      virtual offset 0x0
      virtual       off
      EL1 physical  off
      EL2 physical  off
    controller  not read: the stub does not say where it is ('monitor info mtree' does in QEMU)
    not read    CNTPCT_EL0 ISR_EL1: UNDEFINED on this CPU
    what ends a wait
      the guest waits; what is pending for it is not known
      the virtual, EL1 physical and EL2 physical timers are off
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    return .answer(InterruptsAnswer(try session.interrupts.state()))
  }
}
