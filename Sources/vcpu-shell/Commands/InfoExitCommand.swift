internal import VCpuDebug

/// `info exit`: the present exit, whole.
enum InfoExitCommand: ShellCommand {
  static let name = "info exit"
  static let usage = "[--brief]"
  static let summary =
    "Show the exit that the CPU is at: what, where, and every field of the syndrome."
  static let manual = """
    Shows what the guest did, where, and ESR_EL2 field by field. With --brief (-b), the same in one
    line, as for the commands of a catchpoint that goes on:

      catch exit
      commands
        silent
        info exit --brief
        continue
      end
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireHypervisor(for: "guest exits")
    let exit = try session.exits.require()
    let text = ExitText(exit, session: session, disassembler: shell.disassembler)
    switch arguments.text {
    case "": for line in text.full { shell.output.line(line) }
    case "--brief", "-b": shell.output.line(text.brief)
    default: throw ShellError("'info exit' takes --brief or nothing, not '\(arguments.text)'")
    }
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(["--brief"])
  }
}
