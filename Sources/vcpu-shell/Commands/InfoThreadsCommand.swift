internal import VCpuDebug

/// `info threads`: the CPUs, or the threads of a program.
enum InfoThreadsCommand: ShellCommand {
  static let name = "info threads"
  static let summary =
    "List the machine's CPUs, or the threads; the selected one is marked."

  static let transcript = """
    (vcpu) info threads
    * 1  CPU#0  EL2 0x40201000 <vmexit_trampoline>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    return .answer(try ThreadsAnswer(in: session, by: shell.disassembler))
  }
}
