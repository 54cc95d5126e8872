internal import VCpuDebug

/// `signal`: go on with another signal.
enum SignalCommand: ShellCommand {
  static let name = "signal"
  static let actsOnTarget = true
  private static let signal = Parameter<[String]>.words("SIGNAL") { shell in
    guard let target = shell.session?.target, !target.isMachine else { return .words([]) }
    return .words(Signal.names(isNative: target.hasNativeSignals))
  }
  static let parameters: [any AnyParameter] = [signal]
  static let summary = "Let a program run on with a signal, or with none."
  static let manual = """
    'continue' gives a program the signal that it stopped for. This gives it another one in its place; 0 gives
    it none: 'signal SIGUSR1', 'signal 0'. A machine gets no signals.
    """

  static let transcript = """
    (vcpu) signal SIGINT
    the program was killed by SIGINT
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard !session.target.isMachine else {
      throw ShellError("'signal' is for a program; this target is a machine, which gets none")
    }
    guard let word = arguments[signal].first, arguments[signal].count == 1 else {
      throw ShellError("'signal' needs the name of a signal, or 0 for none")
    }
    let number: UInt8
    if word == "0" {
      number = 0
    } else if let signal = Signal(named: word, isNative: session.target.hasNativeSignals) {
      number = signal.number
    } else {
      throw ShellError("no signal '\(word)': write a name, such as SIGUSR1")
    }
    return .run(Run { try $0.resume(withSignal: number) })
  }
}
