internal import VCpuDebug

/// `interrupt`: stops a running target.
enum InterruptCommand: ShellCommand {
  static let name = "interrupt"
  static let actsOnTarget = true
  static let summary = "Ask a target that is still running to stop, and wait for it."
  static let worksWhileRunning = true
  static let manual = """
    For a target that did not stop on Ctrl-C, so that the shell gave up waiting: a machine that hangs, a stub on
    a slow line. While it runs, commands that examine it are refused. 'continue' waits for its next stop without
    asking for one.
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
          ? "the target is already stopped" : "the target has already ended")
    }
    return .run(Run { try $0.interrupt() })
  }
}
