internal import VCpuDebug

/// `run`: the launched machine, from the beginning.
enum RunCommand: ShellCommand {
  static let name = "run"
  static let aliases = ["r"]
  static let summary = "Start the launched machine again, with its breakpoints, and let it run."
  static let manual = """
    Ends the machine that 'vcpu-shell launch' started, and starts it again as it was started: the images are
    read again, so a rebuilt guest or hypervisor is the one that runs. Breakpoints, catchpoints, their
    conditions, commands and ignore counts stay; symbols are looked up again, and hits are counted from 0.
    Nothing of the old machine's memory is left. A machine that has not run yet just begins.

    'starti' does the same and stops before the first instruction.
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    guard try begin(in: shell) else { return }
    try shell.run(forwardsKeys: true) { try $0.resume() }
  }

  /// Has the machine stand at its beginning; false if the person does not want that.
  static func begin(in shell: Shell) throws -> Bool {
    if shell.launched?.hasRun == true, shell.session?.hasTarget == true {
      guard try shell.confirms("The machine has run already. Start it again from the beginning?")
      else { return false }
    }
    try shell.beginAgain()
    return true
  }
}

/// `starti`: the same, stopped before the first instruction.
enum StartInstructionCommand: ShellCommand {
  static let name = "starti"
  static let summary = "Start the launched machine again, and stop before its first instruction."
  static let manual =
    "Like 'run', but the machine stands before its first instruction, which is the hypervisor's."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    guard try RunCommand.begin(in: shell) else { return }
    let session = try shell.requireSession()
    let text = StopText(session: session, disassembler: shell.disassembler)
    shell.output.line(text.location(try session.requireState()))
  }
}
