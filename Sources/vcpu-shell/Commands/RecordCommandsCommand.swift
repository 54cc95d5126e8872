/// `record commands`: writes typed commands to a file, as a script.
enum RecordCommandsCommand: ShellCommand {
  static let name = "record commands"
  private static let file = Parameter<String>.file("needs the path of a file, or 'off'")
  static let parameters: [any AnyParameter] = [file]
  static let summary =
    "Write typed commands to a file, as a script; 'record commands off' ends it."
  static let manual = """
    Lines that fail are written as comments. 'source' and -x run the file.

      record commands exits.vcpu
    """

  static let transcript = """
    (vcpu) record commands exits.vcpu
    (vcpu) record commands off
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let path = arguments[file]
    try shell.recordCommands(to: path == "off" ? nil : path)
    return .done
  }
}
