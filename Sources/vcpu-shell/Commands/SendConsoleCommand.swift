/// `send console`: input for the guest's console, as if it were typed.
enum SendConsoleCommand: ShellCommand {
  static let name = "send console"
  static let actsOnTarget = true
  private static let text = Parameter<String>.text("\"TEXT\"")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Type a text at the console of a launched machine's guest."
  static let manual = """
    C's escapes are understood: \\n is the Enter key. The guest reads the text when it runs.

      send console "root\\n"
    """

  static let transcript = """
    (vcpu) send console "root\\n"
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let words = arguments[text]
    guard words.count >= 2, words.first == "\"", words.last == "\"" else {
      throw ShellError("'send console' takes a text in quotes, such as \"root\\n\"")
    }
    try shell.type(EscapedText.bytes(of: String(words.dropFirst().dropLast())))
    return .done
  }
}
