/// `on end`: runs commands when the session ends.
enum OnEndCommand: ShellCommand {
  static let name = "on end"
  static let summary =
    "Run the lines that follow, up to 'end', when the session ends, after a failure too."
  static let block = BlockKind.statements()
  static let manual = """
    The last 'on end' runs first.

      on end
        printf "%d exits\\n", $exits
      end
    """

  static let transcript = """
    (vcpu) on end
    > echo done
    > end
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    shell.handlers.end.append(shell.handler(arguments.block))
    return .done
  }
}
