internal import VCpuDebug

/// `help`: the topics, their commands, or the manual of one.
enum HelpCommand: ShellCommand {
  static let name = "help"
  private static let command = Parameter<[String]>.words("[TOPIC|COMMAND]") { _ in
    .words(
      CommandTable.standard.topics.map(\.name) + ["all", "exit-fields"]
        + CommandTable.standard.commands.map { $0.name })
  }
  static let parameters: [any AnyParameter] = [command]
  static let aliases = ["h", "?"]
  static let summary = "List the topics or the commands of one, or show a command's manual."
  static let manual = """
    'help all' lists every command, 'help exit-fields' the fields of '$exit', and 'apropos WORD' the commands
    whose manual contains a word.
    """
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) help skip
    skip
      Step over the guest's instruction that exited, and enter the guest.

      The instruction has no effect, and the guest goes on after it. For HVC its PC is already there; for anything
      else it becomes PC + 4 (in AArch32 also + 2), with PSTATE.BTYPE and PSTATE.SS clear.

      The guest is entered by an 'eret' at EL2, and stays stopped where it goes on: 'continue' lets it run. The
      hypervisor does not see the exit, so it updates neither its counts nor a CPU's power state. The command
      works at the stop of 'catch exit', on any hypervisor; once the hypervisor handles the exit, it is refused.

        catch exit smc
        continue
        skip
        continue

      (vcpu) skip
      skipped: wfi; the guest goes on at 0x402000d4 <wait+4>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let table = CommandTable.standard
    let text = arguments[command].joined(separator: " ")
    let made = shell.definitions.names.compactMap {
      description(of: $0, isWhole: false, in: shell)
    }
    switch text.lowercased() {
    case "", "all":
      var topics = table.topics.map { topic($0, isClosed: text.isEmpty) }
      if !made.isEmpty {
        topics.append(
          HelpAnswer.Topic(
            name: "yours", summary: "commands that scripts have defined",
            commands: made.map(\.name),
            isClosed: text.isEmpty))
      }
      return .answer(
        HelpAnswer(
          isList: true, topics: topics, commands: table.commands.map(HelpAnswer.row) + made))
    case "yours" where !made.isEmpty:
      return .answer(HelpAnswer(isList: true, topics: [], commands: made))
    case "exit-fields":
      return .answer(HelpAnswer(isList: false, topics: [], commands: [exitFields]))
    default: break
    }
    if let made = description(of: text, isWhole: true, in: shell) {
      return .answer(HelpAnswer(isList: false, topics: [], commands: [made]))
    }
    let family = text.lowercased()
    if let topic = table.topics.first(where: { $0.name == family }) {
      return .answer(
        HelpAnswer(
          isList: true, topics: [self.topic(topic, isClosed: false)],
          commands: topic.commands.map(HelpAnswer.row)))
    }
    let members = table.commands.filter { CommandTable.family(of: $0.name) == family }
    let plain = table.commands.filter { $0.name == family && !members.isEmpty }
    let wanted = plain + members
    let commands = try wanted.isEmpty ? [command(text)] : wanted
    return .answer(HelpAnswer(isList: false, topics: [], commands: commands.map(HelpAnswer.page)))
  }

  private static func topic(_ topic: HelpTopic, isClosed: Bool) -> HelpAnswer.Topic {
    HelpAnswer.Topic(
      name: topic.name, summary: topic.summary, commands: topic.commands.map { $0.name },
      isClosed: isClosed)
  }

  /// The page of `$exit`.
  private static var exitFields: HelpAnswer.Command {
    let width = 2 + (Exits.fields.map(\.name.count).max() ?? 0)
    return HelpAnswer.Command(
      name: "exit-fields", usage: "",
      summary:
        "The fields of '$exit' at the current exit: 0 for a field that the exit doesn't have.",
      aliases: [],
      manual: Exits.fields.map { "  $exit.\($0.name.padded(to: width))\($0.meaning)" }
        .joined(separator: "\n"),
      transcript: "")
  }

  /// The command whose name is the whole text.
  private static func command(_ text: String) throws -> any ShellCommand.Type {
    let (command, rest) = try CommandTable.standard.command(in: text)
    guard rest.isEmpty else {
      throw ShellError("'help' takes the name of one command, not '\(text)'")
    }
    return command
  }

  /// The command of that name that a script has made; nil if there is none.
  private static func description(
    of name: String, isWhole: Bool, in shell: Shell
  ) -> HelpAnswer.Command? {
    if let target = shell.definitions.aliases[name] {
      return HelpAnswer.Command(
        name: name, usage: "", summary: "Stands for '\(target)'.", aliases: [], manual: "",
        transcript: "")
    }
    guard let command = shell.definitions.commands[name] else { return nil }
    let lines = command.manual
    return HelpAnswer.Command(
      name: name, usage: "", summary: lines.first ?? "A command that a script has defined.",
      aliases: [],
      manual: isWhole ? lines.dropFirst().joined(separator: "\n") : "", transcript: "")
  }
}

extension HelpAnswer {
  /// A command in a list.
  static func row(_ command: any ShellCommand.Type) -> Command {
    Command(
      name: command.name, usage: command.usage, summary: command.summary,
      aliases: command.aliases, manual: "", transcript: "")
  }

  /// A command's manual.
  static func page(_ command: any ShellCommand.Type) -> Command {
    Command(
      name: command.name, usage: command.usage, summary: command.summary,
      aliases: command.aliases, manual: command.manual, transcript: command.transcript)
  }
}
