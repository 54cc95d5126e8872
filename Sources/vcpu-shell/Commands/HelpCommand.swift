/// `help`: the commands, or the manual of one.
enum HelpCommand: ShellCommand {
  static let name = "help"
  static let aliases = ["h", "?"]
  static let usage = "[COMMAND]"
  static let summary = "List the commands, or show the manual of one."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let table = CommandTable.standard
    guard !arguments.text.isEmpty else {
      for command in table.commands {
        let title = command.usage.isEmpty ? command.name : "\(command.name) \(command.usage)"
        let padding = String(repeating: " ", count: max(1, 38 - title.count))
        shell.output.line("  \(title)\(padding)\(command.summary)")
      }
      shell.output.line("Unique prefixes do. 'help COMMAND' shows its manual.")
      return
    }
    let family = arguments.text.lowercased()
    let members = table.commands.filter { CommandTable.family(of: $0.name) == family }
    guard members.isEmpty else {
      for command in members { show(command, in: shell) }
      return
    }
    show(try table.command(in: arguments.text).0, in: shell)
  }

  private static func show(_ command: any ShellCommand.Type, in shell: Shell) {
    shell.output.line("\(command.name) \(command.usage)".trimmed)
    shell.output.line("  \(command.summary)")
    if !command.aliases.isEmpty {
      shell.output.line("  Also: \(command.aliases.joined(separator: ", "))")
    }
    guard !command.manual.isEmpty else { return }
    shell.output.line("")
    for line in command.manual.split(separator: "\n", omittingEmptySubsequences: false) {
      shell.output.line(line.isEmpty ? "" : "  \(line)")
    }
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(CommandTable.standard.commands.map { $0.name })
  }
}
