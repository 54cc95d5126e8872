internal import VCpuDebug

/// `continue`: runs the target to the next stop.
enum ContinueCommand: ShellCommand {
  static let name = "continue"
  static let actsOnTarget = true
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let aliases = ["c", "cont", "fg"]
  static let summary = "Let the target run until the next stop, or until the Nth."
  static let manual = """
    Lets every CPU run until a catchpoint or breakpoint stops it, the guest ends, or Ctrl-C is pressed.
    With a number it ignores N-1 stops and stops at the Nth: of the catchpoint or breakpoint that
    stopped it last, or of any if none did.

    At a terminal, keys typed meanwhile go to the console of a guest that the shell launched. Ctrl-C stops
    the guest; Ctrl-] and a letter send the guest a control character: 'Ctrl-] c' sends Ctrl-C. Keys typed
    before that are read by the prompt.
    """
  static let isRepeatable = true

  static let transcript = """
    (vcpu) continue
    exit 1, vcpu 0: wfi: waits for an interrupt
      guest pc 0x402000d0 <wait>:  wfi
    (vcpu) continue 2
    Will ignore the next stop of breakpoint 1.
    exit 1, vcpu 0: hvc #0x1f: function 0xc6000001, x1 0x11 x2 0x0 x3 0x33
      guest pc 0x40200070 <call_hypervisor>:  hvc #0x1f  (pc is after it)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let count = arguments[count] ?? 1
    let session = try shell.requireSession()
    // The shell gave up waiting for its stop: see `interrupt`.
    if session.isRunning, count == 1 { return .run(Run(forwardsKeys: true) { _ in }) }
    try session.requireStopped()
    let number = shell.lastStop.first { session.breakpoints[$0] != nil }
    var run = Run(
      passesOver: number == nil ? count - 1 : 0, forwardsKeys: true,
      continuation: number == nil ? count : 1
    ) { try $0.resume() }
    if count > 1, let number {
      try session.breakpoints.update(number) { $0.ignoreCount = count - 1 }
      run.note = MessageAnswer(
        text: BreakpointChangeAnswer.words(ignoring: count - 1, of: number))
    }
    return .run(run)
  }
}
