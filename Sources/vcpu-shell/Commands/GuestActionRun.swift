internal import VCpuDebug

/// What the commands that answer an exit in the hypervisor's place have in common.
enum GuestActionRun {
  static func run(_ action: GuestAction, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    return .answer(GuestActionAnswer(try session.perform(action), in: session))
  }

  /// The value of an expression.
  static func value(_ text: some StringProtocol, in shell: Shell) throws -> UInt64 {
    let session = try shell.requireSession()
    var value: UInt64 = 0
    try shell.evaluating(String(text)) { value = try session.value(of: $0).bits }
    return value
  }

  static let manual = """
    The guest is entered by an 'eret' at EL2, and stays stopped where it goes on: 'continue' lets it run. The
    hypervisor does not see the exit, so it updates neither its counts nor a CPU's power state. The command
    works at the stop of 'catch exit', on any hypervisor; once the hypervisor handles the exit, it is refused.
    """
}
