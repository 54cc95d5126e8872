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
