extension CommandTable {
  /// - Throws: `ShellError` for what cannot be the name of a command that a script or a person makes.
  func checkNew(_ name: String) throws(ShellError) {
    let isName = name.first.map { $0.isLetter || $0 == "_" } ?? false
    guard isName, name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) }) else {
      throw ShellError(
        "'\(name)' cannot be the name of a command: it has letters, digits, _, - and .")
    }
    let words = commands.flatMap { [$0.name] + $0.aliases }
    if words.contains(where: { $0.prefix { $0 != " " } == name }) || StatementReader.isWord(name) {
      throw ShellError("'\(name)' is a command of the shell")
    }
  }
}

extension Definitions {
  /// What the lines after a line are to its command.
  func blockKind(of line: ScriptLine) -> BlockKind {
    let text = resolving(line.withoutDash.text)
    // By its whole name alone: `f` isn't `for`, and may be a command that is about to be defined.
    guard !calls(text), let (command, _) = try? CommandTable.standard.command(in: text),
      ([command.name] + command.aliases).contains(where: {
        text.hasPrefix($0) && text.dropFirst($0.count).first?.isWhitespace != false
      })
    else { return .none }
    return command.block
  }
}
