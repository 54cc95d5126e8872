internal import ArmVCpu
internal import VCpuDebug

/// What Tab offers at the prompt.
struct Completer {
  let shell: Shell

  /// The words that may stand where `word` begins, `start` characters into `line`.
  func completion(of line: String, at start: Int, word: String) -> Completion {
    let before = String(line.prefix(start)).trimmed
    guard !before.isEmpty else { return .words(Self.firstWords) }
    let names = CommandTable.standard.commands.map { $0.name }
    // The second word of a family.
    if !before.contains(where: \.isWhitespace) {
      let family = before == "i" ? "info" : before
      let members = names.filter { CommandTable.family(of: $0) == family }
      if !members.isEmpty {
        return .words(members.map { String($0.dropFirst(family.count + 1)) })
      }
    }
    guard let (command, arguments) = try? CommandTable.standard.command(in: before) else {
      return .words([])
    }
    return command.completions(arguments, in: shell)
  }

  private static let firstWords = Set(
    CommandTable.standard.commands.map { command in
      command.name.split(separator: " ").first.map(String.init) ?? command.name
    }
  ).sorted()

  /// Registers, fields of the exit, and symbols.
  static func expressionWords(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let registers =
      (session.registers.names + session.architecture.commonRegisterNames).map { "$" + $0 }
    guard session.hasHypervisor else {
      return Array(Set(registers)).sorted() + symbolWords(shell)
    }
    let exit = Exits.fieldNames.map { "$exit." + $0 }
    return Array(Set(registers + exit + ["$guest.", "$hv."])).sorted() + symbolWords(shell)
      + ExitClass.allCases.map(\.word)
  }

  /// Symbols of the hypervisor, and of the guest behind `guest:`.
  static func symbolWords(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let hypervisor = session.symbols.hypervisor?.symbols(withPrefix: "") ?? []
    let guest = session.symbols.guest?.symbols(withPrefix: "") ?? []
    guard session.hasHypervisor else { return hypervisor + guest }
    return hypervisor.filter { !$0.hasPrefix("$") }
      + hypervisor.filter { !$0.hasPrefix("$") }.map { "hv:" + $0 }
      + guest.filter { !$0.hasPrefix("$") }.map { "guest:" + $0 }
  }
}
