internal import ArmVCpu
internal import VCpuDebug

/// `catch exit`: a catchpoint for guest exits.
enum CatchExitCommand: ShellCommand {
  static let name = "catch exit"
  static let usage = "[CLASS…] [if EXPRESSION]"
  static let summary = "Stop at guest exits, of some classes or of all."
  static var manual: String {
    """
    Sets a catchpoint: the target stops whenever a guest exits to EL2 for one of the classes, or for
    any reason if none is named. With 'if' it stops only where the expression is not 0.

    Classes:
    \(classes.joined(separator: "\n"))
    'mmio' is 'mmio-read' and 'mmio-write', 'sysreg' likewise; 'dabt' includes 'mmio'; 'hvc' and 'smc'
    include the PSCI calls made by them.

    It works on any hypervisor: 'info hypervisor' says how its exits are found. Where the hypervisor keeps no
    count of them, the one that is shown is of those that were seen here.

      catch exit mmio-write
      catch exit hvc smc
      catch exit sysreg if $exit.count > 100
    """
  }

  /// The words of all classes, in lines.
  private static var classes: [String] {
    ExitClass.allCases.reduce(into: [" "]) { lines, next in
      if lines[lines.count - 1].count + next.word.count > 70 { lines.append(" ") }
      lines[lines.count - 1] += " " + next.word
    }
  }

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try add(arguments, isTemporary: false, in: shell)
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(ExitClass.allCases.map(\.word) + ["if"])
  }

  static func add(_ arguments: CommandArguments, isTemporary: Bool, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireStopped()
    let (words, condition) = splitCondition(arguments.text)
    try requireExpression(condition)
    let classes = try words.split(whereSeparator: \.isWhitespace).map {
      try ExitClass(parsing: String($0))
    }
    try add(
      .exit(classes.isEmpty ? [.any] : classes), condition, isTemporary: isTemporary, in: shell)
  }

  /// Sets a catchpoint and says so.
  static func add(
    _ kind: Breakpoint.Kind, _ condition: String?, isTemporary: Bool, in shell: Shell
  ) throws {
    let session = try shell.requireSession()
    let breakpoint = try shell.evaluating(condition ?? "") { _ in
      try session.points.addCatchpoint(kind, condition: condition, isTemporary: isTemporary)
    }
    shell.output.line(BreakpointText.added(breakpoint, session))
    for line in HypervisorText(session).remarks { shell.output.line(line) }
  }

  /// Throws for an `if` with nothing after it.
  static func requireExpression(_ condition: String?) throws {
    guard condition != "" else {
      throw ShellError("'if' needs an expression, such as $x0 == 1")
    }
  }

  /// What stands before and behind the word `if`.
  static func splitCondition(_ text: String) -> (rest: String, condition: String?) {
    var index = text.startIndex
    while let range = text[index...].firstRange(of: "if") {
      let isStart = range.lowerBound == text.startIndex
      let before = isStart || text[text.index(before: range.lowerBound)].isWhitespace
      let after =
        range.upperBound == text.endIndex || text[range.upperBound].isWhitespace
        || text[range.upperBound] == "("
      if before, after {
        let rest = text[..<range.lowerBound].trimmed
        return (rest, text[range.upperBound...].trimmed)
      }
      index = range.upperBound
    }
    return (text, nil)
  }
}

/// `tcatch exit`: the same, once.
enum TemporaryCatchExitCommand: ShellCommand {
  static let name = "tcatch exit"
  static let usage = "[CLASS…] [if EXPRESSION]"
  static let summary = "Stop at the next such exit, once."
  static let manual = "Like 'catch exit', but the catchpoint is deleted at its first stop."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try CatchExitCommand.add(arguments, isTemporary: true, in: shell)
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    CatchExitCommand.completions(arguments, in: shell)
  }
}
