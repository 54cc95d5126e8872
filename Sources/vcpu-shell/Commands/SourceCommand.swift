/// `source`: runs the commands of a file.
enum SourceCommand: ShellCommand {
  static let name = "source"
  private static let file = Parameter<String>.file("needs the path of a file")
  static let parameters: [any AnyParameter] = [file]
  static let summary = "Run the commands of a file; the first one that fails ends it."
  static let manual = """
    Blank lines and lines that begin with # do nothing. The words after the path are $arg0, $arg1 … in the
    file, and $argc is their number; in quotes, a word or the path may contain blanks.

      source checks.vcpu 0x9000000 3
    """

  static let transcript = """
    (vcpu) source exits.vcpu
    mmio-write
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let words = try ScriptArguments(parsing: arguments[file]).words
    guard let path = words.first else { throw ShellError("'source' needs the path of a file") }
    return .script(path: path, ScriptArguments(Array(words.dropFirst())))
  }
}
