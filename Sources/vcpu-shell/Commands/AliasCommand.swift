/// `alias`: a name for the beginning of a line.
enum AliasCommand: ShellCommand {
  static let name = "alias"
  private static let text = Parameter<String>.text("NAME = COMMAND")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Make a name stand for a command and its first arguments."
  static let worksWhileRunning = true
  static let manual = """
    Words typed after the name are added after the command.

      alias ib = info exit --brief
    """

  static let transcript = """
    (vcpu) alias px = print /x
    (vcpu) px 42
    0x2a
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let parts = arguments[text].split(separator: "=", maxSplits: 1).map(\.trimmed)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ShellError("'alias' takes NAME = COMMAND")
    }
    try CommandTable.standard.checkNew(parts[0])
    let target = shell.definitions.resolving(parts[1])
    if !shell.definitions.calls(target) { _ = try CommandTable.standard.command(in: target) }
    shell.definitions.alias(parts[0], for: target)
    return .done
  }
}
