/// `help`: the commands, or the manual of one.
enum HelpCommand: ShellCommand {
  static let name = "help"
  private static let command = Parameter<String>.text("[COMMAND]") { _ in
    .words(CommandTable.standard.commands.map { $0.name })
  }
  static let parameters: [any AnyParameter] = [command]
  static let aliases = ["h", "?"]
  static let summary = "List the commands, or show the manual of one."
  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let table = CommandTable.standard
    let text = arguments[command]
    guard !text.isEmpty else {
      return .answer(
        HelpAnswer(isList: true, commands: table.commands.map { description(of: $0, manual: "") }))
    }
    let family = text.lowercased()
    let members = table.commands.filter { CommandTable.family(of: $0.name) == family }
    let plain = table.commands.filter { $0.name == family && !members.isEmpty }
    let wanted = plain + members
    let commands = wanted.isEmpty ? [try table.command(in: text).0] : wanted
    return .answer(
      HelpAnswer(
        isList: false, commands: commands.map { description(of: $0, manual: $0.manual) }))
  }

  private static func description(
    of command: any ShellCommand.Type, manual: String
  ) -> HelpAnswer.Command {
    HelpAnswer.Command(
      name: command.name, usage: command.usage, summary: command.summary,
      aliases: command.aliases, manual: manual)
  }
}
