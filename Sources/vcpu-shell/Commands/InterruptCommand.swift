internal import VCpuDebug

/// `interrupt`: stop a target that runs.
enum InterruptCommand: ShellCommand {
  static let name = "interrupt"
  static let actsOnTarget = true
  static let summary = "Ask a target to stop that still runs, and wait for it."
  static let worksWhileRunning = true
  static let manual = """
    For a target that did not stop when Ctrl-C asked it to, and whose stop was no longer waited for: a machine
    that stands still, a stub at the end of a slow line. While it runs, commands that look at it are refused.
    'continue' waits for its next stop without asking for one.
    """

  static let transcript = """
    (vcpu) interrupt
    interrupted
      EL1 0x402000d0 <wait>:  wfi
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    guard session.isRunning else {
      throw NotRunning(
        description: session.ending == nil
          ? "the target is stopped already" : "the target has ended already")
    }
    return .run(Run { try $0.interrupt() })
  }
}
