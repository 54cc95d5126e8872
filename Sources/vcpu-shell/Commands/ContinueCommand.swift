internal import VCpuDebug

/// `continue`: on to the next stop.
enum ContinueCommand: ShellCommand {
  static let name = "continue"
  static let aliases = ["c", "cont", "fg"]
  static let usage = "[N]"
  static let summary = "Let the target run until the next stop, or until the Nth."
  static let manual = """
    Lets every CPU run until a catchpoint or breakpoint stops it, the guest ends, or Ctrl-C is pressed.
    With a number it passes over N-1 stops and stops at the Nth: of the catchpoint or breakpoint that
    stopped it last, or of any if none did.

    At a terminal, what is typed meanwhile goes to the console of a guest that the shell has launched, key
    by key. Ctrl-C stops the guest; Ctrl-] and a letter give the guest a control character: 'Ctrl-] c' is
    its Ctrl-C. What was typed before is for the prompt.
    """
  static let isRepeatable = true

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let count = try arguments.count(of: name) ?? 1
    let session = try shell.requireSession()
    // Its stop was not waited for: see `interrupt`.
    if session.isRunning, count == 1 { return try shell.run(forwardsKeys: true) { _ in } }
    try session.requireStopped()
    let number = shell.lastStop.first { session.breakpoints[$0] != nil }
    if count > 1, let number {
      try session.breakpoints.update(number) { $0.ignoreCount = count - 1 }
      shell.output.line("Will pass over the next \(count - 1) stops of \(number).")
    }
    // In the commands of a breakpoint it says what to do when they are done.
    if shell.programContinuation != nil {
      shell.programContinuation = number == nil ? count : 1
      return
    }
    try shell.run(passingOver: number == nil ? count - 1 : 0, forwardsKeys: true) {
      try $0.resume()
    }
  }
}
