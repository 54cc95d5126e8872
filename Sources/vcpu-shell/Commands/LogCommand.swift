/// `log`: writes what is shown to a file too.
enum LogCommand: ShellCommand {
  static let name = "log"
  private static let file = Parameter<String>.file("needs the path of a file, or 'off'")
  static let parameters: [any AnyParameter] = [file]
  static let summary = "Also write what is shown to a file, from now on; 'log off' ends it."
  static let manual = """
    Typed commands, answers, stops, errors and the guest's console are appended to the file, without colours.
    Output that goes to another file or to a shell command is not in it.

      log off
    """

  static let transcript = """
    (vcpu) log exits.vcpu
    (vcpu) print 6 * 7
    0x2a (42)
    (vcpu) log off
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let path = arguments[file]
    guard shell.output.allowsCommands else {
      throw ShellError(
        "'log' writes the text that a person is shown: with JSON, the events themselves are the log"
      )
    }
    try shell.output.log(to: path == "off" ? nil : path)
    return .done
  }
}
