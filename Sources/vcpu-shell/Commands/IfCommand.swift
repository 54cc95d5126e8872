/// `if`: runs statements if an expression is not 0.
enum IfCommand: ShellCommand {
  static let name = "if"
  private static let condition = Parameter<String>.expression()
  static let parameters: [any AnyParameter] = [condition]
  static let summary =
    "Run the lines that follow, up to 'else' or 'end', if an expression is not 0."
  static let block = BlockKind.statements(dividers: ["else"])
  static let worksWhileRunning = true
  static let manual = """
    'else if EXPRESSION' and 'else' divide the lines. 0 is false, everything else is true.

      if $exit.kind == hvc
        info exit
      else if $exit.ipa == 0x9000000
        complete 0
      else
        echo something else
      end
    """

  static let transcript = """
    (vcpu) if $x1 > 1
    > echo more than one
    > else
    > echo one
    > end
    more than one
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let block = arguments.block
    if try shell.holds(arguments[condition]) { return .statements(block.statements) }
    for branch in block.branches {
      let text = branch.line.text.dropFirst("else".count).trimmed.dropFirst("if".count).trimmed
      if try text.isEmpty || shell.holds(text, at: branch.line) {
        return .statements(branch.statements)
      }
    }
    return .done
  }
}
