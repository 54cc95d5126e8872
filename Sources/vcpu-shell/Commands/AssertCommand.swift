/// `assert`: an expression that must be true.
enum AssertCommand: ShellCommand {
  static let name = "assert"
  private static let text = Parameter<String>.expression("EXPRESSION [\"WHY\"]")
  static let parameters: [any AnyParameter] = [text]
  static let summary =
    "Fail with status 3 if an expression is 0, and show the values of its parts."
  static let manual = """
    WHY is printed with the failure.

      assert $x0 == 0 "the hypercall succeeds"
      assert $exit.ipa >= 0x9000000 && $exit.ipa < 0x9001000
    """

  static let transcript = """
    (vcpu) assert $exit.width == 4
    (vcpu) assert $x1 == 0x42 "the character is B"
    error: assertion failed: $x1 == 0x42: the character is B
      $x1 = 0x100000041 (4294967361)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let (expression, why) = split(arguments[text])
    guard !expression.isEmpty else { throw ShellError("'assert' needs an expression") }
    return .assertion(try shell.assertion(expression, why))
  }

  /// The expression, and the text in quotes at its end.
  private static func split(_ text: String) -> (expression: String, why: String?) {
    guard text.last == "\"", let quote = text.firstIndex(of: "\""),
      let (why, rest) = try? FormatText.quoted(String(text[quote...])), rest.isEmpty
    else { return (text, nil) }
    return (text[..<quote].trimmed, why)
  }
}
