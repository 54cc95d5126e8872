/// What Tab offers at the prompt.
struct Completer {
  let shell: Shell

  /// The words that may stand where `word` begins, `start` characters into `line`.
  func completion(of line: String, at start: Int, word: String) -> Completion {
    let before = String(line.prefix(start)).trimmed
    guard !before.isEmpty else { return .words(Self.firstWords) }
    let names = CommandTable.standard.commands.map { $0.name }
    var members: [String] = []
    // The second word of a family.
    if !before.contains(where: \.isWhitespace) {
      let family = before == "i" ? "info" : before
      members = names.filter { CommandTable.family(of: $0) == family }.map {
        String($0.dropFirst(family.count + 1))
      }
      if !members.isEmpty, !names.contains(family) { return .words(members) }
    }
    guard let (command, text) = try? CommandTable.standard.command(in: before) else {
      return .words([])
    }
    let completion = command.completion(after: text, in: shell)
    guard case .words(let words) = completion else { return completion }
    return .words(members + words + (word.hasPrefix("--") ? OutputOptions.words : []))
  }

  private static let firstWords = Set(
    CommandTable.standard.commands.map { command in
      command.name.split(separator: " ").first.map(String.init) ?? command.name
    }
  ).sorted()
}
