internal import VCpuDebug

/// What the commands have in common that answer an exit in the hypervisor's place.
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
    The guest is entered by an 'eret' of EL2's, and stays stopped where it goes on: 'continue' lets it run.
    The hypervisor does not see the exit: it keeps no books of it, neither of a count nor of a CPU's power. It
    works at the stop of 'catch exit', on any hypervisor; once the hypervisor handles the exit it is refused.
    """
}
