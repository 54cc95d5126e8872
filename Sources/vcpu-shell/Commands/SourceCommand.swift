/// `source`: the commands of a file.
enum SourceCommand: ShellCommand {
  static let name = "source"
  private static let file = Parameter<String>.file("needs the path of a file")
  static let parameters: [any AnyParameter] = [file]
  static let summary = "Run the commands of a file; the first one that fails ends it."
  static let manual = "Blank lines and lines that begin with # do nothing."

  static let transcript = """
    (vcpu) source exits.vcpu
    mmio-write
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .script(path: arguments[file])
  }
}
