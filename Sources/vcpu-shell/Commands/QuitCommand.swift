internal import VCpuDebug

/// `quit`: ends the shell.
enum QuitCommand: ShellCommand {
  static let name = "quit"
  static let aliases = ["q", "exit"]
  private static let status = Parameter<String?>.optionalExpression("[STATUS]")
  static let parameters: [any AnyParameter] = [status]
  static let summary = "Leave the shell; a machine that it launched ends with it."
  static let manual = """
    STATUS is the program's exit status, from 0 to 255. The default is 0, or the status of the first failure.
    If some output could not be written, it is a failure's status.
    Ctrl-D at the prompt leaves too. If a machine that the shell launched has run, the shell asks first:
    Ctrl-D again means yes.
    """
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) quit
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let text = arguments[status] else { return .quit(status: nil) }
    let value = try shell.value(of: text)
    guard value.bits <= 255 else {
      throw ShellError("'\(text)' is not an exit status: it must be 0 to 255")
    }
    return .quit(status: Int32(value.bits))
  }
}
