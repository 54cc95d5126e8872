internal import VCpuDebug

/// `print`: the value of an expression.
enum PrintCommand: ShellCommand {
  static let name = "print"
  static let aliases = ["p", "inspect"]
  static let usage = "[/FMT] EXPRESSION"
  static let summary = "Show the value of an expression: registers, exit, symbols, memory."
  static let manual = """
    Expressions have C's operators on 64-bit integers. Registers begin with $: at the stop of 'catch exit'
    $x0, $sp and $pc are the guest's; $guest.x0 and $hv.x0 always say which. System registers go by their
    names, fields after a dot, and the exit has fields of its own:

      print $x1
      print /x $esr_el2.ec
      print $exit.ipa + 8
      print *(hv:vmexit_trampoline)

    Formats: x d u o t a c z.
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    guard !arguments.text.isEmpty else { throw ShellError("'print' needs an expression") }
    let format = try arguments.format.map { try FormatSpec(parsing: $0) }
    guard format?.count == nil, format?.size == nil else {
      throw ShellError("'print' takes a format letter alone, such as /x; 'x' shows memory")
    }
    let value = try shell.evaluating(arguments.text) { try session.value(of: $0) }
    shell.output.line(try ValueText(session: session).text(value, as: format?.letter))
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(Completer.expressionWords(shell))
  }
}
