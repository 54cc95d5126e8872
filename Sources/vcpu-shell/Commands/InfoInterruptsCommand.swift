internal import VCpuDebug

/// `info interrupts`: shows which interrupts reach the CPU and its guest, and why others don't.
enum InfoInterruptsCommand: ShellCommand {
  static let name = "info interrupts"
  static let summary =
    "Show which interrupts reach the CPU and its guest, and what ends a wait."
  static let manual = """
    Shows what controls the interrupts of the selected CPU, and then says what ends a wait of the CPU or its
    guest, or why nothing does:

      PSTATE      what the CPU masks, and what the guest masked at the exit
      HCR_EL2     which interrupts EL2 takes, and which are pending for the guest by VI, VF and VSE
      ISR_EL1     what is pending for the CPU
      timers      each that is on: whether it is masked, and when it is due
      interface   what the CPU interface lets through; the same for the guest's, and its list registers in use
      controller  the interrupts that are pending, enabled and active, from the GIC's registers in memory

    QEMU's monitor says where the controller is; reading the registers used here has no side effects. LPIs,
    which have their own tables, are not shown. The timers' interrupt numbers are those of Arm's Base System
    Architecture: 27, 30, 26 and 28.

    If the CPU waits in WFI or runs a guest, only what the stub and memory show can be read; the rest is listed
    under 'not read'. At a stop of 'catch exit' all of it can be read. An interrupt that PSTATE masks still ends
    a WFI.
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
