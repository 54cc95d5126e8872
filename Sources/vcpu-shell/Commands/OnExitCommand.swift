internal import ArmVCpu
internal import VCpuDebug

/// `on exit`: runs commands at exits, without a stop.
enum OnExitCommand: ShellCommand {
  static let name = "on exit"
  static let actsOnTarget = true
  private static let classes = Parameter<[String]>.exitClasses()
  private static let condition = Parameter<String?>.condition()
  static let parameters: [any AnyParameter] = [classes, condition]
  static let summary = "Run the lines that follow, up to 'end', at each such exit, and go on."
  static let block = BlockKind.statements()
  static let manual = """
    This is a catchpoint whose commands begin with 'silent' and end with 'continue'; 'delete' removes it.

      on exit hvc
        printf "hvc %#lx\\n", $x0
      end
    """

  static let transcript = """
    (vcpu) on exit hvc
    > print $x0
    > end
    Catchpoint 1: exit hvc
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let classes = try arguments[classes].map { try ExitClass(parsing: $0) }
    let outcome = try CatchExitCommand.add(
      .exit(classes.isEmpty ? [.any] : classes), arguments[condition], isTemporary: false,
      in: shell)
    let body = try shell.commands(of: arguments.block)
    if let number = session.breakpoints.all.last?.number {
      try session.breakpoints.update(number) { $0.commands = ["silent"] + body + ["continue"] }
    }
    return outcome
  }
}
