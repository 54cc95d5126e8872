/// `log`: what is shown, in a file too.
enum LogCommand: ShellCommand {
  static let name = "log"
  private static let file = Parameter<String>.file("needs the path of a file, or 'off'")
  static let parameters: [any AnyParameter] = [file]
  static let summary = "Write what is shown to a file too, from now on; 'log off' ends it."
  static let manual = """
    The file gets what is typed at the prompt, answers, stops, errors and the guest's console, without colours,
    after what it has already. What goes to another file or to a command of the system's shell is not in it.

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
      throw ShellError("'log' keeps what a person is shown: here the events themselves are the log")
    }
    try shell.output.log(to: path == "off" ? nil : path)
    return .done
  }
}
