internal import VCpuDebug

/// `condition`: when a breakpoint stops.
enum ConditionCommand: ShellCommand {
  static let name = "condition"
  static let usage = "N [EXPRESSION]"
  static let summary = "Have a breakpoint stop only where an expression is not 0."
  static let manual = "Without an expression the breakpoint stops always again."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    let number = try BreakpointNumbers.first(of: arguments, command: name)
    let rest = arguments.text.drop { !$0.isWhitespace }.trimmed
    guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
    try shell.evaluating(rest) {
      try session.points.setCondition($0.isEmpty ? nil : $0, of: number)
    }
    if rest.isEmpty { shell.output.line("Breakpoint \(number) now stops always.") }
  }
}
