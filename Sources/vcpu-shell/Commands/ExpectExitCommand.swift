/// `expect exit`: waits for an exit.
enum ExpectExitCommand: ShellCommand {
  static let name = "expect exit"
  static let actsOnTarget = true
  private static let text = Parameter<String>.expression(
    "[CLASS…] [if EXPRESSION] [within N exits|TIME]", "needs a class of exits, such as hvc")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Let the target run to an exit; fail with status 3 if another stop comes first."
  static let manual = """
    Other exits are passed over, even if a catchpoint catches them; its commands run. 'within N exits' counts
    all exits that the debugger sees, and stops at each. 'within 2 s' is the guest's time if the machine's
    counter can be read at both ends, otherwise the time that the target runs; the answer says which.

      expect exit psci if $exit.number == 0x84000008 within 5 s
      expect exit mmio-write within 100 exits
    """

  static let transcript = """
    (vcpu) expect exit hvc within 2 exits
    exit 1, vcpu 0: hvc #0x1f: function 0xc6000001, x1 0x11 x2 0x0 x3 0x33
      guest pc 0x40200070 <call_hypervisor>:  hvc #0x1f  (pc is after it)
    expected: exit hvc within 2 exits (2 exits)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[text]
    var words = ExpectationWords(text)
    let limit = try words.takeLimit()
    return .expectation(
      Expectation(text: "exit \(text)", goal: .exit(try words.exitGoal()), limit: limit))
  }
}
