internal import VCpuDebug

/// `kill`: ends the target.
enum KillCommand: ShellCommand {
  static let name = "kill"
  static let actsOnTarget = true
  static let aliases = ["k"]
  static let summary = "End the machine or the program."

  static let transcript = """
    (vcpu) kill
    The machine is off.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    // A target that doesn't stop can still be ended.
    if !session.isRunning { try session.requireStopped() }
    if let emulator = shell.emulator {
      // If the stub's kill request ended QEMU, its drives would not be closed.
      session.disconnect()
      emulator.terminate()
    } else {
      try session.live().kill()
    }
    shell.session = nil
    return .answer(
      MessageAnswer(
        text: session.target.isMachine ? "The machine is off." : "The program was killed."))
  }
}
