/// `apropos`: the commands whose manual contains a word.
enum AproposCommand: ShellCommand {
  static let name = "apropos"
  private static let words = Parameter<String>.text("WORD")
  static let parameters: [any AnyParameter] = [words]
  static let summary = "List the commands whose manual contains a word, such as 'interrupt'."
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) apropos pagination
      set pagination        Turn the pager for long answers on or off.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[words].trimmed.lowercased()
    guard !text.isEmpty else {
      throw ShellError("'apropos' needs a word to look for, such as 'interrupt'")
    }
    let found = CommandTable.standard.commands.filter { command in
      [command.name, command.usage, command.summary, command.manual]
        .contains { $0.lowercased().contains(text) }
    }
    guard !found.isEmpty else {
      throw ShellError("no manual contains '\(text)': 'help' lists the topics")
    }
    return .answer(HelpAnswer(isList: true, topics: [], commands: found.map(HelpAnswer.row)))
  }
}
