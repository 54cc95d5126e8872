internal import VCpuDebug

/// `detach`: leaves the target running.
enum DetachCommand: ShellCommand {
  static let name = "detach"
  static let actsOnTarget = true
  static let summary = "Let the target run on without the shell."
  static let manual = """
    Breakpoints are removed and the machine runs on. A machine that the shell launched still ends with the
    shell.
    """

  static let transcript = """
    (vcpu) detach
    Detached; the machine runs on.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.detach()
    shell.session = nil
    let isOurs = shell.emulator != nil
    return .answer(
      MessageAnswer(
        text: "Detached; the \(session.targetNoun) runs on"
          + (isOurs ? " until the shell ends." : ".")))
  }
}
