internal import VCpuDebug

/// `commands`: what to do at each stop of a breakpoint.
enum CommandsCommand: ShellCommand {
  static let name = "commands"
  static let usage = "[N]"
  static let summary = "Give a breakpoint or catchpoint commands to run at each stop."
  static let manual = """
    The lines that follow, up to 'end', run whenever breakpoint N stops the target; without a number, the
    one that was set last. 'silent' as the first suppresses the usual report, 'continue' as the last goes
    on. Where several stopped the target, it goes on only if all of them say so.

      catch exit mmio
      commands
        silent
        info exit --brief
        continue
      end
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    guard let last = session.breakpoints.all.last?.number else {
      throw ShellError("there is no breakpoint or catchpoint to give commands to")
    }
    let number = try arguments.count(of: name) ?? last
    guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
    var lines: [String] = []
    while let line = try shell.nextInputLine(prompt: "> ") {
      let trimmed = line.trimmed
      if trimmed == "end" {
        try session.breakpoints.update(number) { $0.commands = lines }
        return
      }
      if !trimmed.isEmpty, !trimmed.hasPrefix("#") { lines.append(trimmed) }
    }
    throw ShellError("the commands of \(number) have no 'end'")
  }
}
