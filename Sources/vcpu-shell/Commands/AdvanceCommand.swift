internal import VCpuDebug

/// `advance`: runs the target to a location.
enum AdvanceCommand: ShellCommand {
  static let name = "advance"
  static let actsOnTarget = true
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Let the target run until the CPU reaches an instruction."
  static let manual = """
    LOCATION is as for 'break'. All CPUs run, but only the selected one stops there. Anything else that stops
    the target ends this too: a breakpoint, a catchpoint, Ctrl-C. Unlike GDB's, it doesn't stop when the
    function returns: set a breakpoint there too, as in 'tbreak *$lr'.

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
    var number: Int?
    return .run(
      Run(
        forwardsKeys: true,
        start: { session in
          number = try session.points.addInternal(at: place)
          do {
            try session.resume()
          } catch DebugError.cannotInsert(place.address, let reason) {
            // There is nothing to delete.
            throw ShellError("the target refuses a breakpoint at \(location): \(reason)")
          }
        },
        finish: { if let number { session.points.removeInternal(number) } }))
  }
}

/// `until`: the same.
enum UntilCommand: ShellCommand {
  static let name = "until"
  static let actsOnTarget = true
  static let aliases = ["u"]
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Let the target run until the CPU reaches an instruction."
  static let manual = """
    Like 'advance'. GDB's 'until' without a location leaves a loop by source lines; here name the instruction
    after the loop.

      until *$pc + 12
    """

  static let transcript = """
    (vcpu) until *$pc + 8
      EL2 0x40205008 <handle_exit+8>:  ret    hypervisor.S:20
    """

  private static let location = Parameter<String>.location(
    "LOCATION", "needs a location, such as *$pc + 12: the shell doesn't step by source line")

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try AdvanceCommand.run(to: arguments[location], in: shell)
  }
}
