/// Where a command's answer goes, as written after the command: `| COMMAND`, `> FILE`, `>> FILE`.
enum Redirection {
  /// Takes a redirection off the end of a command's arguments. Only for commands whose arguments contain neither `|`
  /// nor `>`.
  ///
  /// - Returns: the arguments, and the sink; nil if there is no redirection.
  /// - Throws: `ShellError` if the command or the file is missing.
  static func split(_ text: String) throws(ShellError) -> (arguments: String, sink: Sink?) {
    guard let operation = text.firstIndex(where: { $0 == "|" || $0 == ">" }) else {
      return (text, nil)
    }
    let arguments = text[..<operation].trimmed
    var rest = text[operation...].dropFirst()
    if text[operation] == "|" { return (arguments, try pipe(to: rest)) }
    let appends = rest.first == ">"
    if appends { rest = rest.dropFirst() }
    let path = rest.trimmed
    guard !path.isEmpty else {
      throw ShellError("'\(appends ? ">>" : ">")' needs the path of a file")
    }
    // `a|b` may be a file's name; `a | b` asks for two things.
    guard !path.contains(" |"), !path.contains(" >") else {
      throw ShellError("an answer goes to one file or to one command, not to '\(path)'")
    }
    return (arguments, .file(path, append: appends))
  }

  /// The sink for the command after `|`.
  static func pipe(to text: some StringProtocol) throws(ShellError) -> Sink {
    guard !text.trimmed.isEmpty else {
      throw ShellError("'|' needs a command of the system's shell, such as 'less'")
    }
    return .pipe(text.trimmed)
  }
}
