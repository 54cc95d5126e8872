internal import VCpuDebug

/// `shell`: runs a command of the system's shell.
enum ShellEscapeCommand: ShellCommand {
  static let name = "shell"
  static let aliases = ["!"]
  private static let text = Parameter<String>.text("SH-COMMAND")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Run a command of the system's shell."
  static let worksWhileRunning = true
  static let manual = """
    $_shell_exitcode is its exit status; a status other than 0 does not fail the script.

      shell make -C guest
      if $_shell_exitcode != 0
        quit 1
      end
    """

  static let transcript = """
    (vcpu) shell exit 3
    (vcpu) print $_shell_exitcode
    3
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let command = arguments[text]
    guard !command.isEmpty else { throw ShellError("'shell' needs a command, such as make") }
    return .shell(command)
  }
}
