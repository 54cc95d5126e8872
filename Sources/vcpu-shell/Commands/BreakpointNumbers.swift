internal import VCpuDebug

/// The numbers of breakpoints that a command names.
enum BreakpointNumbers {
  /// The number that comes first.
  static func first(of arguments: CommandArguments, command: String) throws -> Int {
    guard let word = arguments.words.first, let number = Int(word) else {
      throw ShellError("'\(command)' needs the number of a breakpoint: see 'info breakpoints'")
    }
    return number
  }

  /// All of them, which exist; those of the session if none is named. `2-4` is a range.
  static func all(of arguments: CommandArguments, in session: HypervisorSession) throws -> [Int] {
    guard !arguments.text.isEmpty else { return session.breakpoints.all.map(\.number) }
    var numbers: [Int] = []
    for word in arguments.words {
      let bounds = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        last - first < 10_000
      else { throw ShellError("'\(word)' is not the number of a breakpoint, nor a range of them") }
      for number in first...last {
        guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
        if !numbers.contains(number) { numbers.append(number) }
      }
    }
    return numbers
  }
}
