/// `on console`: runs commands when a line of the guest's console matches.
enum OnConsoleCommand: ShellCommand {
  static let name = "on console"
  private static let pattern = Parameter<String>.text("/REGEX/")
  static let parameters: [any AnyParameter] = [pattern]
  static let summary =
    "Run the lines that follow, up to 'end', when a line of the guest's console matches."
  static let block = BlockKind.statements()
  static let manual = """
    The target is stopped to run them, wherever it is, and goes on afterwards.

      on console /panic/
        info registers
        quit 3
      end
    """

  static let transcript = """
    (vcpu) on console /panic/
    > quit 3
    > end
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let pattern = try ConsolePattern(parsing: arguments[pattern])
    shell.consoleWatch.keepForHandlers()
    shell.handlers.console.append(
      Handlers.Console(pattern: pattern, body: shell.handler(arguments.block)))
    return .done
  }
}
