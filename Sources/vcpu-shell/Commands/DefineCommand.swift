/// `define`: makes a command from other commands.
enum DefineCommand: ShellCommand {
  static let name = "define"
  private static let commandName = Parameter<String?>.optionalWord("NAME")
  static let parameters: [any AnyParameter] = [commandName]
  static let summary = "Make a command of the lines that follow, up to 'end'."
  static let block = BlockKind.statements()
  static let worksWhileRunning = true
  static let manual = """
    In the lines, $arg0, $arg1 … are replaced by the words after the command's name, and $argc by their
    number. Quotes keep words together. 'document' sets the command's help.

      define next-call
        tcatch exit hvc if $x0 == $arg0
        continue
      end
      next-call 0xc6000001
    """

  static let transcript = """
    (vcpu) define twice
    > print $arg0 * 2
    > end
    (vcpu) twice 21
    0x2a (42)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let name = arguments[commandName] else {
      throw ShellError("'define' needs the name of the command")
    }
    try CommandTable.standard.checkNew(name)
    shell.definitions.define(name, arguments.block.statements)
    return .done
  }
}

/// `document`: sets the help of a user-defined command.
enum DocumentCommand: ShellCommand {
  static let name = "document"
  private static let commandName = Parameter<String?>.optionalWord("NAME")
  static let parameters: [any AnyParameter] = [commandName]
  static let summary = "Use the lines that follow as the help of a command made by 'define'."
  static let block = BlockKind.text
  static let worksWhileRunning = true
  static let manual = "The first line is what 'help' lists."

  static let transcript = """
    (vcpu) document twice
    > Show a number twice as large.
    > end
    (vcpu) help twice
    twice
      Show a number twice as large.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let name = arguments[commandName] else {
      throw ShellError("'document' needs the name of a command made by 'define'")
    }
    try shell.definitions.document(name, arguments.block.lines.map(\.text))
    return .done
  }
}
