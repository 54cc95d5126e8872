internal import VCpuDebug

/// `info breakpoints`: the list.
enum InfoBreakpointsCommand: ShellCommand {
  static let name = "info breakpoints"
  static let aliases = ["info b", "info break"]
  static let summary = "List breakpoints and catchpoints with their hits."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    for line in BreakpointText.list(session) { shell.output.line(line) }
  }
}
