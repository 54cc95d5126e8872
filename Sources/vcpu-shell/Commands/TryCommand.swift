internal import VCpuDebug

/// `try`: runs statements that may fail.
enum TryCommand: ShellCommand {
  static let name = "try"
  static let summary =
    "Run the lines that follow, up to 'catch' or 'end'; if one fails, those after 'catch'."
  static let block = BlockKind.statements(dividers: ["catch"])
  static let manual = """
    A line with only 'catch' divides the lines. In those after it, $_error is the error's text and $_status
    its exit status. A '-' before a single command allows it to fail.

      try
        x/4x guest:0xffff000000000000
      catch
        printf "not mapped: %s\\n", $_error
      end
    """

  static let transcript = """
    (vcpu) try
    > print 1 / 0
    > catch
    > printf "no: %s\\n", $_error
    > end
    no: division by zero
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let block = arguments.block
    return .attempt(block.statements) { error in
      let report = shell.errorReport(of: error)
      shell.variables["_error"] = Value(
        UInt64(report.status.rawValue), displayType: .word(report.text))
      shell.variables["_status"] = Value(UInt64(report.status.rawValue))
      return block.branches.first?.statements ?? []
    }
  }
}
