/// `source`: the commands of a file.
enum SourceCommand: ShellCommand {
  static let name = "source"
  static let usage = "FILE"
  static let summary = "Run the commands of a file; the first one that fails ends it."
  static let manual = "Blank lines and lines that begin with # do nothing."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let path = arguments.textWithFormat
    guard !path.isEmpty else { throw ShellError("'source' needs the path of a file") }
    try shell.source(path)
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .fileNames
  }
}
