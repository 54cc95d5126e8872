internal import VCpuDebug

/// `ignore`: pass over stops.
enum IgnoreCommand: ShellCommand {
  static let name = "ignore"
  static let usage = "N COUNT"
  static let summary = "Pass over the next COUNT stops of a breakpoint."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    let number = try BreakpointNumbers.first(of: arguments, command: name)
    guard arguments.words.count == 2, let count = Int(arguments.words[1]), count >= 0 else {
      throw ShellError("'ignore' needs a breakpoint's number and a count from 0")
    }
    try session.breakpoints.update(number) { $0.ignoreCount = count }
    shell.output.line("Will pass over the next \(count) stops of \(number).")
  }
}
