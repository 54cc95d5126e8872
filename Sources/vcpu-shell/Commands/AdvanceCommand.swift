internal import VCpuDebug

/// `advance`: runs the target to a location.
enum AdvanceCommand: ShellCommand {
  static let name = "advance"
  static let actsOnTarget = true
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Let the target run until the CPU reaches an instruction."
  static let manual = """
    LOCATION is as for 'break'. All CPUs run, but only the selected one stops there. It stops too when the
    selected frame's function returns, if LOCATION is in the same program, and anything else that stops the
    target ends it: a breakpoint, a catchpoint, Ctrl-C.

      advance handle_exit
      advance *guest:$pc + 8
    """

  static let transcript = """
    (vcpu) advance handle_exit
      EL2 0x40205000 <handle_exit>:  mov x0, x1    hypervisor.S:18
    """

  private static let location = Parameter<String>.location()

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try run(to: arguments[location], in: shell)
  }

  /// Runs to a location, where only the selected CPU stops.
  static func run(to location: String, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let place = try shell.evaluating(location) { try session.points.location(of: $0) }
    if let doubt = try session.points.doubt(about: place) {
      shell.tell(.warning(doubt.description))
    }
    let frame = try session.stack.shownFrame()
    let isSameProgram = frame.space.kind == place.space.kind
    return .run(
      Run(
        forwardsKeys: true,
        start: { session in
          do {
            try session.run(to: place, orReturnOf: isSameProgram ? frame : nil)
          } catch DebugError.cannotInsert(place.address, let reason) {
            // There is nothing to delete.
            throw ShellError("the target refuses a breakpoint at \(location): \(reason)")
          }
        }))
  }
}

/// `until`: to a location, or to a line after this one.
enum UntilCommand: ShellCommand {
  static let name = "until"
  static let actsOnTarget = true
  static let aliases = ["u"]
  static let parameters: [any AnyParameter] = [location]
  static let isRepeatable = true
  static let summary =
    "Let the target run until the CPU reaches an instruction, or a line after the current one."
  static let manual = """
    With a LOCATION it is 'advance'. Without one it is 'next' that doesn't go back to an earlier line: at the
    end of a loop it leaves the loop.

      until *$pc + 12
    """

  static let transcript = """
    (vcpu) until *$pc + 8
      EL2 0x40205008 <handle_exit+8>:  ret    hypervisor.S:20
    """

  private static let location = Parameter<String?>(
    "[LOCATION]", .expression, complete: { _ in .wordsAndSymbols([]) }
  ) { $0.takeAll() }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let location = arguments[location] else {
      return try StepCommand.run(.until, count: nil, in: shell)
    }
    return try AdvanceCommand.run(to: location, in: shell)
  }
}
