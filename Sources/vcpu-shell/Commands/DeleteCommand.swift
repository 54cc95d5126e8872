internal import VCpuDebug

/// `delete`: breakpoints that are no longer wanted.
enum DeleteCommand: ShellCommand {
  static let name = "delete"
  static let aliases = ["d", "del"]
  static let usage = "[N…]"
  static let summary = "Delete breakpoints and catchpoints, all or some."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    for number in try BreakpointNumbers.all(of: arguments, in: session) {
      try session.breakpoints.delete(number)
    }
  }
}
