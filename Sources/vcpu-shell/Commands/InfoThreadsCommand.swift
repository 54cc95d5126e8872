internal import VCpuDebug

/// `info threads`: the CPUs, or the threads of a program.
enum InfoThreadsCommand: ShellCommand {
  static let name = "info threads"
  static let summary =
    "List the CPUs of the machine, or the threads; the one that is looked at is marked."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    try session.requireStopped()
    let text = ThreadText(session: session, disassembler: shell.disassembler)
    let threads = try session.threads.all()
    for thread in threads {
      shell.output.line((thread.isSelected ? "* " : "  ") + text.line(thread))
    }
    for note in try text.notes(threads) { shell.output.line(note) }
  }
}
