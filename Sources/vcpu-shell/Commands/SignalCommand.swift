internal import VCpuDebug

/// `signal`: resumes a program with another signal.
enum SignalCommand: ShellCommand {
  static let name = "signal"
  static let actsOnTarget = true
  private static let signal = Parameter<[String]>.words("SIGNAL") { shell in
    guard let target = shell.session?.target, !target.isMachine else { return .words([]) }
    return .words(Signal.names(isNative: target.hasNativeSignals))
  }
  static let parameters: [any AnyParameter] = [signal]
  static let summary = "Resume a program with a signal, or without one."
  static let manual = """
    'continue' delivers the signal that the program stopped for. 'signal' delivers another one instead, such as
    'signal SIGUSR1', or none: 'signal 0'. A machine gets no signals.
    """

  static let transcript = """
    (vcpu) signal SIGINT
    the program was killed by SIGINT
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard !session.target.isMachine else {
      throw ShellError("'signal' is for programs; this target is a machine, which gets no signals")
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
