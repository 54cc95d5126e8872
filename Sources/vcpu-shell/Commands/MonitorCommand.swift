internal import VCpuDebug

/// `monitor`: a command for the stub.
enum MonitorCommand: ShellCommand {
  static let name = "monitor"
  static let aliases = ["mon"]
  static let usage = "COMMAND"
  static let summary = "Have the stub carry out a command of its own: QEMU's monitor."
  static let manual = """
      monitor info mtree
      monitor info registers
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireStopped()
    let text = arguments.textWithFormat
    guard !text.isEmpty else { throw ShellError("'monitor' needs a command for the stub") }
    // The machine would run without the session knowing, and the next packet would stop it anywhere.
    guard
      !session.target.isMachine
        || !["c", "co", "con", "cont"].contains(text.trimmed.split(separator: " ")[0])
    else {
      throw ShellError(
        "'monitor cont' would take the machine out of the shell's sight: use 'continue'")
    }
    let answer = try session.target.monitor(text)
    shell.output.lines(Line.lines(of: answer))
    // It may have changed anything.
    try session.refresh()
  }
}
