/// `while`: runs statements repeatedly.
enum WhileCommand: ShellCommand {
  static let name = "while"
  private static let condition = Parameter<String>.expression()
  static let parameters: [any AnyParameter] = [condition]
  static let summary = "Run the lines that follow, up to 'end', while an expression is not 0."
  static let block = BlockKind.statements()
  static let manual = """
    'loop_break' leaves the loop, 'loop_continue' starts the next iteration. Ctrl-C and 'timeout' end a loop
    that doesn't end itself.

      set $n = 0
      while $n < 10
        continue
        set $n += 1
      end
    """

  static let transcript = """
    (vcpu) set $n = 0
    (vcpu) while $n < 3
    > print $n
    > set $n += 1
    > end
    0
    1
    2
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[condition]
    return .repeated(condition: { try shell.holds(text) }, arguments.block.statements)
  }
}
