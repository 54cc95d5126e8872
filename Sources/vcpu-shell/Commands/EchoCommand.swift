/// `echo`: a text.
enum EchoCommand: ShellCommand {
  static let name = "echo"
  static let usage = "[TEXT]"
  static let summary = "Print a text and a newline."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    shell.output.line(arguments.textWithFormat)
  }
}
