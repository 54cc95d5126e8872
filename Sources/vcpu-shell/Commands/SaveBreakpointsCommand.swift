internal import VCpuDebug

/// `save breakpoints`: writes the commands that set all breakpoints again.
enum SaveBreakpointsCommand: ShellCommand {
  static let name = "save breakpoints"
  private static let file = Parameter<String>.file("needs the path of a file")
  static let parameters: [any AnyParameter] = [file]
  static let summary =
    "Write the commands that set all breakpoints, watchpoints and catchpoints again."
  static let manual = """
    'source FILE' sets them again, in this or another session: with conditions, ignore counts and commands, and
    disabled where they are. How often they were hit is not saved. A location that was typed as a symbol is
    saved as that symbol; any other, and what a watchpoint watches, as the address with its space.

    The file is written whole or not at all. $bpnum in it is the number of the breakpoint that was set last. A
    virtual machine's name has to be known when the file is run: see 'vm add'.

      save breakpoints exits.vcpu
    """

  static let transcript = """
    (vcpu) save breakpoints exits.vcpu
    saved 2 breakpoints to exits.vcpu
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let count = session.breakpoints.all.count
    guard count > 0 else {
      throw ShellError("there are no breakpoints, watchpoints or catchpoints to save")
    }
    let words = try ScriptArguments(parsing: arguments[file]).words
    guard let path = words.first, words.count == 1 else {
      throw ShellError("'\(name)' takes the path of one file: a path with blanks needs quotes")
    }
    let file = try AnswerFile(path: path, subject: "to \(path)", signals: shell.signals)
    let lines =
      ["# Breakpoints: 'source' with this file sets them again."] + session.points.script()
    try file.add(Array((lines.joined(separator: "\n") + "\n").utf8))
    try file.finish()
    return .answer(
      MessageAnswer(text: "saved \(count) breakpoint\(count == 1 ? "" : "s") to \(path)"))
  }
}
