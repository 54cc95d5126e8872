internal import VCpuDebug

/// `condition`: when a breakpoint stops.
enum ConditionCommand: ShellCommand {
  static let name = "condition"
  static let actsOnTarget = true
  private static let number = Parameter<TypedNumber>.breakpoint()
  private static let expression = Parameter<String?>.optionalExpression("[EXPRESSION]")
  static let parameters: [any AnyParameter] = [number, expression]
  static let summary = "Make a breakpoint stop only if an expression is not 0."
  static let manual = "Without an expression, the breakpoint's condition is removed."

  static let transcript = """
    (vcpu) condition 1 $x0 == 2
    (vcpu) info breakpoints
    Num  Type        Disp  Enb  Hits  What
    1    catchpoint  keep  y    0     exit hvc if $x0 == 2
    (vcpu) condition 1
    Breakpoint 1 is now unconditional.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let number = try arguments[number].number(in: session)
    guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
    if let expression = arguments[expression] {
      try shell.evaluating(expression) { try session.points.setCondition($0, of: number) }
      if let breakpoint = session.breakpoints[number] {
        for doubt in session.points.conditionDoubts(of: breakpoint) { shell.tell(.warning(doubt)) }
      }
    } else {
      try session.points.setCondition(nil, of: number)
    }
    return .answer(BreakpointChangeAnswer(.condition, of: [number], in: session))
  }
}
