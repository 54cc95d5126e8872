/// Options that any command takes besides its own parameters: how its answer is shown.
struct OutputOptions: Equatable {
  /// Whether the command's answers and stops are shown as lines of JSON.
  private(set) var isJSON = false
  /// What is left for the command itself.
  private(set) var rest: String

  /// Whether `--` has ended them.
  private var isOver = false

  /// The options, for the Tab key.
  static let words = ["--json", "--format"]

  /// Takes the options off a command's arguments: from the front and, unless the arguments are a verbatim text, from
  /// the end.
  ///
  /// - Throws: `ShellError` for an unknown format.
  init(_ text: String, of command: any ShellCommand.Type) throws(ShellError) {
    rest = text.trimmed
    // A format comes first: `x/4i --json $pc`.
    let format =
      rest.first == "/" && !command.takesText ? String(rest.prefix { !$0.isWhitespace }) : ""
    rest = rest.dropFirst(format.count).trimmed
    defer { if !format.isEmpty { rest = "\(format) \(rest)".trimmed } }
    while try takeFirst() {}
    guard !command.takesText, !isOver else { return }
    // The last option wins, and it is the first one taken here.
    let front = isJSON
    var last: Bool?
    while try takeLast() { last = last ?? isJSON }
    isJSON = last ?? front
    try requireKnown(of: command)
  }

  /// Throws for an unknown option. In an expression two dashes are operators, unless it begins with them.
  private func requireKnown(of command: any ShellCommand.Type) throws(ShellError) {
    let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
    for word in command.mayHaveOperators ? words.prefix(1) : words[...] {
      guard word.hasPrefix("--"), word.dropFirst(2).first?.isLetter == true,
        word.allSatisfy({ $0.isLetter || $0 == "-" }), !command.options.contains(word)
      else { continue }
      throw ShellError(
        "'\(command.name)' has no option '\(word)': 'help \(command.name)' shows its usage")
    }
  }

  private mutating func takeFirst() throws(ShellError) -> Bool {
    let words = rest.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
    switch words.first {
    // Everything after it belongs to the command, whatever it looks like.
    case "--":
      rest = rest.dropFirst(2).trimmed
      isOver = true
      return false
    case "--json":
      isJSON = true
      rest = rest.dropFirst("--json".count).trimmed
    case "--format":
      try take(format: words.count > 1 ? words[1] : nil)
      let afterName = rest.dropFirst("--format".count).trimmed
      rest = afterName.dropFirst(words[1].count).trimmed
    default: return false
    }
    return true
  }

  private mutating func takeLast() throws(ShellError) -> Bool {
    let words = rest.split(whereSeparator: \.isWhitespace)
    if words.last == "--json" {
      isJSON = true
      rest = rest.dropLast("--json".count).trimmed
      return true
    }
    if words.last == "--format" { try take(format: nil) }
    guard words.count > 1, words[words.count - 2] == "--format", let format = words.last else {
      return false
    }
    try take(format: String(format))
    rest = rest[..<words[words.count - 2].startIndex].trimmed
    return true
  }

  private mutating func take(format: String?) throws(ShellError) {
    switch format {
    case "json": isJSON = true
    case "text": isJSON = false
    case let other?: throw ShellError("no format '\(other)': use 'json' or 'text'")
    case nil: throw ShellError("'--format' needs 'json' or 'text'")
    }
  }
}
