internal import VCpuDebug

/// `info exit`: the present exit, whole.
enum InfoExitCommand: ShellCommand {
  static let name = "info exit"
  private static let isBrief = Parameter<Bool>.flag("--brief", short: "-b")
  static let parameters: [any AnyParameter] = [isBrief]
  static let summary =
    "Show the exit that the CPU is at or handles: what, where, and every field of the syndrome."
  static let manual = """
    Shows what the guest did, where, and ESR_EL2 field by field. An exit lasts until a guest is entered on its
    CPU: anywhere in the hypervisor 'info exit', $exit and $guest are about the exit that it handles. With our
    hypervisor that is what is in its memory now; elsewhere it is what was seen when it was caught.

    With --brief (-b), the same in one line, as for the commands of a catchpoint that goes on:

      catch exit
      commands
        silent
        info exit --brief
        continue
      end
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireHypervisor(for: "guest exits")
    let exit = try session.exits.requireCause()
    let isPast = exit.moment == .entering && exit != session.exits.caught
    let answer = ExitAnswer(exit, in: session, by: shell.disassembler, isPast: isPast)
    return .answer(answer, arguments[isBrief] ? .brief : .full)
  }
}
