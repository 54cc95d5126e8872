/// `expect no exit`: fails if an exit comes before something else.
enum ExpectNoExitCommand: ShellCommand {
  static let name = "expect no"
  static let actsOnTarget = true
  private static let text = Parameter<String>.expression(
    "exit [CLASS…] [if EXPRESSION] until exit …|console /REGEX/|end|N exits|TIME [within …]",
    "needs 'exit', a class, and 'until' something")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Let the target run until something happens; fail with status 3 if an exit comes first."
  static let manual = """
      expect no exit smc until console /login:/ within 60 s
      expect no exit psci if $exit.number == 0x84000009 until end
      expect no exit serror until 1000 exits
    """

  static let transcript = """
    (vcpu) expect no exit smc until exit hvc
    exit 1, vcpu 0: hvc #0x1f: function 0xc6000001, x1 0x11 x2 0x0 x3 0x33
      guest pc 0x40200070 <call_hypervisor>:  hvc #0x1f  (pc is after it)
    expected: no exit smc until exit hvc
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[text]
    var words = ExpectationWords(text)
    guard let until = words.takeUntil(), let rest = words.dropping("exit") else {
      throw ShellError("'expect no' takes exit [CLASS…] [if EXPRESSION] until SOMETHING")
    }
    let forbidden = try ExpectationWords(rest).exitGoal()
    var goalWords = ExpectationWords(until)
    var limit = try goalWords.takeLimit()
    let goal: Expectation.Goal
    if let exits = goalWords.dropping("exit") {
      goal = .exit(try ExpectationWords(exits).exitGoal())
    } else if let pattern = goalWords.dropping("console") {
      goal = .console(try ConsolePattern(parsing: pattern))
    } else if goalWords.rest == "end" {
      goal = .stop(.end)
    } else {
      guard limit == nil else {
        throw ShellError("'\(until)' has two limits: leave one out")
      }
      limit = try ExpectationWords.limit(goalWords.rest)
      goal = .limit
    }
    return .expectation(
      Expectation(text: "no \(text)", goal: goal, forbidden: forbidden, limit: limit))
  }
}
