/// `loop_break`: leaves a loop.
enum LoopBreakCommand: ShellCommand {
  static let name = "loop_break"
  static let summary = "Leave the innermost loop."
  static let manual = "The name is GDB's: 'break' sets a breakpoint."

  static let transcript = """
    (vcpu) while 1
    > echo round
    > loop_break
    > end
    round
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .leavesRound(endsLoop: true)
  }
}

/// `loop_continue`: the next round of a loop.
enum LoopContinueCommand: ShellCommand {
  static let name = "loop_continue"
  static let summary = "Begin the next round of the innermost loop."
  static let manual = "The name is GDB's: 'continue' lets the target run."

  static let transcript = """
    (vcpu) for $i in 1..2
    > loop_continue
    > echo never
    > end
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .leavesRound(endsLoop: false)
  }
}
