internal import VCpuDebug

/// `skip`: steps over a guest's instruction without executing it.
enum SkipCommand: ShellCommand {
  static let name = "skip"
  static let actsOnTarget = true
  static let summary = "Step over the guest's instruction that exited, and enter the guest."
  static let manual = """
    The instruction has no effect, and the guest goes on after it. For HVC its PC is already there; for anything
    else it becomes PC + 4 (in AArch32 also + 2), with PSTATE.BTYPE and PSTATE.SS clear.

    \(GuestActionRun.manual)

      catch exit smc
      continue
      skip
      continue
    """

  static let transcript = """
    (vcpu) skip
    skipped: wfi; the guest goes on at 0x402000d4 <wait+4>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try GuestActionRun.run(.skip, in: shell)
  }
}
