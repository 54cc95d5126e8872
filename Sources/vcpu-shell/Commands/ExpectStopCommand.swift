/// `expect stop`: waits for a stop that isn't an exit.
enum ExpectStopCommand: ShellCommand {
  static let name = "expect stop"
  static let actsOnTarget = true
  private static let text = Parameter<String>.text(
    "breakpoint|fault|end|signal [within N exits|TIME]")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Let the target run to such a stop; fail with status 3 if another comes first."
  static let manual = """
    'breakpoint' is a breakpoint at an address, 'fault' a fault of the hypervisor itself (see 'catch fault'),
    'end' the end of the machine or the program, 'signal' a stop that was not asked for. Exits are passed over.
    'end' is met at once if the target has already ended: a guest may power off before the shell stops it at
    the line of the console that was expected before.

      break vm_panic
      expect stop end within 10 s
    """

  static let transcript = """
    (vcpu) expect stop end
    the guest has powered off
    expected: stop end
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[text]
    var words = ExpectationWords(text)
    let limit = try words.takeLimit()
    guard let goal = Expectation.StopGoal(rawValue: words.rest) else {
      throw ShellError(
        "'expect stop' takes one of \(Expectation.StopGoal.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))"
      )
    }
    return .expectation(Expectation(text: "stop \(text)", goal: .stop(goal), limit: limit))
  }
}
