/// `expect console`: waits for a line of the guest's console.
enum ExpectConsoleCommand: ShellCommand {
  static let name = "expect console"
  static let actsOnTarget = true
  private static let text = Parameter<String>.text("/REGEX/ [within TIME]")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Let the target run until a line of its console matches; fail with status 3 if none does."
  static let manual = """
    Lines are matched in order, each once: the next 'expect console' begins after the line that this one found,
    and a line that has already come is found without running the target. A line is matched before its newline
    too, so a prompt is found. The regular expression is Swift's, which is much like Perl's.

      expect console /Linux version (\\d+)/ within 20 s
      send console "uname -a\\n"
      expect console /aarch64/ within 5 s
    """

  static let transcript = """
    (vcpu) expect console /hello/
    expected: console /hello/
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[text]
    let (pattern, rest) = try ConsolePattern.take(from: text)
    var words = ExpectationWords(rest)
    let limit = try words.takeLimit()
    guard words.rest.isEmpty else {
      throw ShellError("'expect console' takes /REGEX/ [within TIME], not '\(words.rest)'")
    }
    return .expectation(
      Expectation(text: "console \(text)", goal: .console(pattern), limit: limit))
  }
}
