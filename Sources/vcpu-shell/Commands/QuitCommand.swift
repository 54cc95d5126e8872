/// `quit`: the end of the shell.
enum QuitCommand: ShellCommand {
  static let name = "quit"
  static let aliases = ["q", "exit"]
  static let summary = "Leave the shell; a machine that it launched ends with it."
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) quit
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .quit
  }
}
