internal import VCpuDebug

/// `disconnect`: leaves the target as it is.
enum DisconnectCommand: ShellCommand {
  static let name = "disconnect"
  static let actsOnTarget = true
  static let summary = "Leave the machine stopped, for another debugger."
  static let manual = """
    The connection is closed and nothing else is done: the machine stays stopped, and QEMU keeps the
    breakpoints that are set. 'detach' lets the machine run on. Other stubs differ: gdbserver ends a program
    that it started, and qemu-aarch64 lets it run on.
    """

  static let transcript = """
    (vcpu) disconnect
    Disconnected; the machine stays as it is.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let target = try session.live()
    target.disconnect()
    shell.session = nil
    return .answer(
      MessageAnswer(
        text: "Disconnected; the \(session.targetNoun) "
          + (target.staysStopped
            ? "stays as it is." : "runs on: its stub does not keep it stopped.")))
  }
}
