internal import VCpuDebug

/// `detach`: leave the target running.
enum DetachCommand: ShellCommand {
  static let name = "detach"
  static let summary = "Let the target run on without the shell."
  static let manual = """
    Breakpoints are taken out and the machine runs on. One that the shell launched still ends with the
    shell.
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.detach()
    shell.session = nil
    let isOurs = shell.emulator != nil
    shell.output.line(
      "Detached; the \(session.targetNoun) runs on" + (isOurs ? " until the shell ends." : "."))
  }
}
