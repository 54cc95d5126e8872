internal import VCpuDebug

/// `enable`: enables breakpoints.
enum EnableCommand: ShellCommand {
  static let name = "enable"
  static let actsOnTarget = true
  private static let numbers = Parameter<NumberList>.breakpoints()
  static let parameters: [any AnyParameter] = [numbers]
  static let summary = "Enable breakpoints and catchpoints, all or some."

  static let transcript = """
    (vcpu) enable 1
    (vcpu) info breakpoints
    Num  Type        Disp  Enb  Hits  What
    1    catchpoint  keep  y    0     exit any
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try set(true, arguments, in: shell)
  }

  /// Enables or disables the breakpoints that the arguments name.
  static func set(
    _ isEnabled: Bool, _ arguments: Arguments, in shell: Shell
  ) throws -> Outcome {
    let session = try shell.requireSession()
    let numbers = try arguments[numbers].breakpoints(in: session)
    for number in numbers { try session.breakpoints.update(number) { $0.isEnabled = isEnabled } }
    return .answer(
      BreakpointChangeAnswer(isEnabled ? .enabled : .disabled, of: numbers, in: session))
  }
}

/// `disable`: disables breakpoints.
enum DisableCommand: ShellCommand {
  static let name = "disable"
  static let actsOnTarget = true
  static let parameters = EnableCommand.parameters
  static let aliases = ["dis"]
  static let summary = "Disable breakpoints and catchpoints, all or some."

  static let transcript = """
    (vcpu) disable 1
    (vcpu) info breakpoints
    Num  Type        Disp  Enb  Hits  What
    1    catchpoint  keep  n    0     exit any
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try EnableCommand.set(false, arguments, in: shell)
  }
}
