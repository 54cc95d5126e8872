internal import GDBRemote
internal import VCpuDebug

/// `info threads`: the CPUs.
enum InfoThreadsCommand: ShellCommand {
  static let name = "info threads"
  static let summary = "List the CPUs of the machine; the one that stopped is marked."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    try session.requireStopped()
    let target = session.target
    for thread in try target.threads() {
      let isSelected = thread == target.selectedThread
      let text = try target.threadDescription(thread)
      shell.output.line("\(isSelected ? "*" : " ") \(thread.thread)  \(text)")
    }
  }
}
