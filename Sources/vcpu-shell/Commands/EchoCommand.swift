/// `echo`: prints a text.
enum EchoCommand: ShellCommand {
  static let name = "echo"
  private static let text = Parameter<String>.text("[TEXT]")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Print a text and a newline."
  static let worksWhileRunning = true
  static let manual = """
    C's escapes are understood: \\t, \\x41. A newline follows, unless the text ends with one.
    """

  static let transcript = """
    (vcpu) echo the first exit:
    the first exit:
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = EscapedText.text(of: arguments[text])
    return .answer(MessageAnswer(text: text.hasSuffix("\n") ? String(text.dropLast()) : text))
  }
}
