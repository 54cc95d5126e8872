internal import VCpuDebug

/// `info breakpoints`: the list.
enum InfoBreakpointsCommand: ShellCommand {
  static let name = "info breakpoints"
  static let aliases = ["info b", "info break"]
  static let summary = "List breakpoints and catchpoints with their hits."
  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(BreakpointsAnswer(in: try shell.requireSession()))
  }
}
