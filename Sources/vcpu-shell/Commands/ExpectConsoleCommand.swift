/// `expect console`: a line of the guest's console that has to come.
enum ExpectConsoleCommand: ShellCommand {
  static let name = "expect console"
  static let actsOnTarget = true
  private static let text = Parameter<String>.text("/REGEX/ [within TIME]")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Let the target run until a line of its console matches; fail with status 3 where none does."
  static let manual = """
    Lines are looked at in their order, each once: the next 'expect console' begins after the line that this one
    has found, and one that has come already is found without a run. A line counts before its newline too, so
    that a prompt is found. The regular expression is Swift's, which is Perl's for most purposes.

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
