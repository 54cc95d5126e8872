internal import VCpuDebug

/// `quit`: the end of the shell.
enum QuitCommand: ShellCommand {
  static let name = "quit"
  static let aliases = ["q", "exit"]
  private static let status = Parameter<String?>.optionalExpression("[STATUS]")
  static let parameters: [any AnyParameter] = [status]
  static let summary = "Leave the shell; a machine that it launched ends with it."
  static let manual = """
    STATUS is the exit status of the program, from 0 to 255. Without it that is 0, or what has failed before.
    Where something that was told could not be written, it is that of a failure.
    Ctrl-D at the prompt leaves too. Where a machine that the shell has launched has run, the shell asks
    first: Ctrl-D again means yes.
    """
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) quit
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let text = arguments[status] else { return .quit(status: nil) }
    let value = try shell.value(of: text)
    guard value.bits <= 255 else {
      throw ShellError("'\(text)' is not an exit status: these are 0 to 255")
    }
    return .quit(status: Int32(value.bits))
  }
}
