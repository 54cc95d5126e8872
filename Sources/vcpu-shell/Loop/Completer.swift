/// Tab completion at the prompt.
struct Completer {
  let shell: Shell

  /// The words that may replace `word`, which begins `start` characters into `line`.
  func completion(of line: String, at start: Int, word: String) -> Completion {
    let before = String(line.prefix(start)).trimmed
    let table = CommandTable.standard
    guard !before.isEmpty else { return .words(table.firstWords) }
    let isSecond = !before.contains(where: \.isWhitespace)
    let members = isSecond ? table.secondWords(after: before) : []
    guard let (command, text) = try? table.command(in: before) else { return .words(members) }
    let completion = command.completion(after: text, in: shell)
    let options = word.hasPrefix("--") ? options(of: command, after: text) : []
    guard let words = completion.words else {
      return options.isEmpty ? completion : .words(options)
    }
    let isExpression = words.contains { $0.hasPrefix("$") }
    let fields = isExpression ? ExpressionWords.parts(of: word, shell) : []
    var symbols: [String] = []
    if case .wordsAndSymbols = completion {
      symbols = ExpressionWords.symbols(beginningWith: word, shell)
    }
    return .words(members + words + fields + symbols + options.filter { !words.contains($0) })
  }

  /// Words that begin with two dashes. If the arguments are a verbatim text, options can only be before it.
  private func options(of command: any ShellCommand.Type, after text: String) -> [String] {
    guard !command.takesText || text.isEmpty else { return [] }
    return OutputOptions.words + command.options
  }
}
