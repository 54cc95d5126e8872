internal import VCpuDebug

/// `monitor`: sends a command to the stub.
enum MonitorCommand: ShellCommand {
  static let name = "monitor"
  static let actsOnTarget = true
  private static let text = Parameter<String>.text("COMMAND")
  static let parameters: [any AnyParameter] = [text]
  static let aliases = ["mon"]
  static let summary = "Send a command to the stub: with QEMU, to its monitor."
  static let manual = """
      monitor info mtree
      monitor info registers
    """

  static let transcript = """
    (vcpu) monitor info name
    vcpu
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let text = arguments[text]
    guard !text.isEmpty else { throw ShellError("'monitor' needs a command for the stub") }
    // The machine would run without the session knowing, and the next packet would stop it at an arbitrary place.
    guard
      !session.target.isMachine
        || !["c", "co", "con", "cont"].contains(text.trimmed.split(separator: " ")[0])
    else {
      throw ShellError(
        "'monitor cont' would run the machine without the shell knowing: use 'continue'")
    }
    let answer = try session.live().monitor(text)
    let told = MonitorAnswer(text: answer)
    do {
      // The command may have changed anything.
      try session.refresh()
    } catch {
      return .partial(told, error)
    }
    return .answer(told)
  }
}
