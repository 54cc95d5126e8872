/// `help`: the commands, or the manual of one.
enum HelpCommand: ShellCommand {
  static let name = "help"
  private static let command = Parameter<[String]>.words("[COMMAND]") { _ in
    .words(CommandTable.standard.commands.map { $0.name })
  }
  static let parameters: [any AnyParameter] = [command]
  static let aliases = ["h", "?"]
  static let summary = "List the commands, or show the manual of one."
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) help skip
    skip
      Step over the guest's instruction that exited, and enter the guest.

      The instruction has no effect, and the guest goes on after it. After HVC that is where its PC is already;
      after anything else PC + 4 (in AArch32 also + 2), with PSTATE.BTYPE and PSTATE.SS clear.

      The guest is entered by an 'eret' of EL2's, and stays stopped where it goes on: 'continue' lets it run.
      The hypervisor does not see the exit: it keeps no books of it, neither of a count nor of a CPU's power. It
      works at the stop of 'catch exit', on any hypervisor; once the hypervisor handles the exit it is refused.

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
    guard !text.isEmpty else {
      let made = shell.definitions.names.compactMap {
        description(of: $0, isWhole: false, in: shell)
      }
      return .answer(
        HelpAnswer(
          isList: true, commands: table.commands.map { description(of: $0, isWhole: false) } + made)
      )
    }
    if let made = description(of: text, isWhole: true, in: shell) {
      return .answer(HelpAnswer(isList: false, commands: [made]))
    }
    let family = text.lowercased()
    let members = table.commands.filter { CommandTable.family(of: $0.name) == family }
    let plain = table.commands.filter { $0.name == family && !members.isEmpty }
    let wanted = plain + members
    let commands = try wanted.isEmpty ? [command(text)] : wanted
    return .answer(
      HelpAnswer(
        isList: false, commands: commands.map { description(of: $0, isWhole: true) }))
  }

  /// The command of a name, which is all that is there.
  private static func command(_ text: String) throws -> any ShellCommand.Type {
    let (command, rest) = try CommandTable.standard.command(in: text)
    guard rest.isEmpty else {
      throw ShellError("'help' takes the name of one command, not '\(text)'")
    }
    return command
  }

  /// A command that a script has made; nil where it has made none of the name.
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
      name: name, usage: "", summary: lines.first ?? "A command of a script.", aliases: [],
      manual: isWhole ? lines.dropFirst().joined(separator: "\n") : "", transcript: "")
  }

  private static func description(
    of command: any ShellCommand.Type, isWhole: Bool
  ) -> HelpAnswer.Command {
    HelpAnswer.Command(
      name: command.name, usage: command.usage, summary: command.summary,
      aliases: command.aliases, manual: isWhole ? command.manual : "",
      transcript: isWhole ? command.transcript : "")
  }
}
