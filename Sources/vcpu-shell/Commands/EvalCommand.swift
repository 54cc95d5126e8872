/// `eval`: runs a formatted line.
enum EvalCommand: ShellCommand {
  static let name = "eval"
  private static let text = Parameter<String>.expression(
    "\"FORMAT\"[, EXPRESSION…]", "needs a format, such as \"print $x%d\", $n")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Format a line as 'printf' does, and run it."

  static let transcript = """
    (vcpu) set $n = 1
    (vcpu) eval "print $x%d", $n
    0x100000041 (4294967361)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .line(try FormattedText(parsing: arguments[text]).text(in: shell))
  }
}
