extension CommandTable {
  /// - Throws: `ShellError` if a script or a person can't define a command of that name.
  func checkNew(_ name: String) throws(ShellError) {
    let isName = name.first.map { $0.isLetter || $0 == "_" } ?? false
    guard isName, name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) }) else {
      throw ShellError(
        "'\(name)' cannot be the name of a command: use letters, digits, _, - and .")
    }
    let words = commands.flatMap { [$0.name] + $0.aliases }
    if words.contains(where: { $0.prefix { $0 != " " } == name }) || StatementReader.isWord(name) {
      throw ShellError("'\(name)' is a built-in command")
    }
  }
}

extension Definitions {
  /// What kind of block a line's command takes.
  func blockKind(of line: ScriptLine) -> BlockKind {
    let text = resolving(line.withoutDash.text)
    // Only by its whole name: `f` isn't `for`, and may be a command that is about to be defined.
    guard !calls(text), let (command, _) = try? CommandTable.standard.command(in: text),
      ([command.name] + command.aliases).contains(where: {
        text.hasPrefix($0) && text.dropFirst($0.count).first?.isWhitespace != false
      })
    else { return .none }
    return command.block
  }
}
