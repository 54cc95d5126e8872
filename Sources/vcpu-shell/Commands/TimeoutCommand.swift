/// `timeout`: limits how long the rest may take.
enum TimeoutCommand: ShellCommand {
  static let name = "timeout"
  private static let time = Parameter<String>.text("TIME|off")
  static let parameters: [any AnyParameter] = [time]
  static let summary =
    "Fail with status 4 if the rest takes longer; 'timeout off' removes the limit."
  static let worksWhileRunning = true
  static let manual = """
    TIME is wall-clock time from now on: 30 s, 500 ms, 2 min. It ends runs of the target, loops, waits, and
    commands of the system's shell. Within a test it covers the rest of the test, otherwise the rest of the
    session.
    """

  static let transcript = """
    (vcpu) timeout 30 s
    (vcpu) timeout off
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let text = arguments[time]
    shell.timeout = text == "off" ? nil : Timeout(seconds: try Seconds.parsing(text))
    return .done
  }
}
