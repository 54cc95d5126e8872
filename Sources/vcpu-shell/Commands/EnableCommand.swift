internal import VCpuDebug

/// `enable`: breakpoints that count again.
enum EnableCommand: ShellCommand {
  static let name = "enable"
  static let usage = "[N…]"
  static let summary = "Enable breakpoints and catchpoints, all or some."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    for number in try BreakpointNumbers.all(of: arguments, in: session) {
      try session.breakpoints.update(number) { $0.isEnabled = true }
    }
  }
}

/// `disable`: breakpoints that do not count for now.
enum DisableCommand: ShellCommand {
  static let name = "disable"
  static let aliases = ["dis"]
  static let usage = "[N…]"
  static let summary = "Disable breakpoints and catchpoints, all or some."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    for number in try BreakpointNumbers.all(of: arguments, in: session) {
      try session.breakpoints.update(number) { $0.isEnabled = false }
    }
  }
}
