internal import VCpuDebug

/// `delete`: deletes breakpoints.
enum DeleteCommand: ShellCommand {
  static let name = "delete"
  static let actsOnTarget = true
  private static let numbers = Parameter<NumberList>.breakpoints()
  static let parameters: [any AnyParameter] = [numbers]
  static let aliases = ["d", "del"]
  static let summary = "Delete breakpoints and catchpoints, all or some."
  static let manual = "Without a number it deletes all of them, and asks first at a prompt."

  static let transcript = """
    (vcpu) delete 1
    (vcpu) info breakpoints
    No breakpoints or catchpoints.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let numbers = try arguments[numbers].breakpoints(in: session)
    let isAll = arguments[self.numbers].isEmpty && !numbers.isEmpty
    return .confirmation(isAll ? "Delete all breakpoints and catchpoints?" : "") {
      let answer = BreakpointChangeAnswer(.deleted, of: numbers, in: session)
      for number in numbers { try session.breakpoints.delete(number) }
      return .answer(answer)
    }
  }
}
