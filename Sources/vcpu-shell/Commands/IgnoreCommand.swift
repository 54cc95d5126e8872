internal import VCpuDebug

/// `ignore`: ignores a breakpoint's next stops.
enum IgnoreCommand: ShellCommand {
  static let name = "ignore"
  static let actsOnTarget = true
  private static let number = Parameter<TypedNumber>.breakpoint()
  private static let count = Parameter<Int>("COUNT", .word) { scanner in
    guard let word = scanner.takeWord(), scanner.rest.isEmpty, let count = Int(word), count >= 0
    else { throw ShellError("'ignore' needs a breakpoint number and a count of 0 or more") }
    return count
  }
  static let parameters: [any AnyParameter] = [number, count]
  static let summary = "Ignore the next COUNT stops of a breakpoint."

  static let transcript = """
    (vcpu) ignore 1 2
    Will ignore the next 2 stops of breakpoint 1.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let (number, count) = (try arguments[number].number(in: session), arguments[count])
    try session.breakpoints.update(number) { $0.ignoreCount = count }
    return .answer(BreakpointChangeAnswer(.ignoreCount, of: [number], in: session))
  }
}
