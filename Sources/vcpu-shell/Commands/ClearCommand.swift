internal import VCpuDebug

/// `clear`: deletes the breakpoints at a location.
enum ClearCommand: ShellCommand {
  static let name = "clear"
  static let actsOnTarget = true
  private static let location = Parameter<String?>(
    "[LOCATION]", .expression, complete: { _ in .wordsAndSymbols([]) }
  ) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Delete the breakpoints at a location, or where the CPU is."
  static let manual = """
    'delete' deletes breakpoints by their numbers.

      clear handle_exit
    """

  static let transcript = """
    (vcpu) clear handle_exit
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let text = arguments[location] ?? "*$pc"
    let place = try shell.evaluating(text) { try session.points.location(of: $0) }
    let numbers = session.breakpoints.all.filter { breakpoint in
      guard case .code(let other) = breakpoint.kind else { return false }
      return other.space.kind == place.space.kind
        && other.addresses.contains(where: place.addresses.contains)
    }.map(\.number)
    guard !numbers.isEmpty else { throw ShellError("no breakpoint is at \(text)") }
    let answer = BreakpointChangeAnswer(.deleted, of: numbers, in: session)
    for number in numbers { try session.breakpoints.delete(number) }
    return .answer(answer)
  }
}

/// `rbreak`: breakpoints at all functions whose names match.
enum RegexBreakCommand: ShellCommand {
  static let name = "rbreak"
  static let actsOnTarget = true
  private static let expression = Parameter<String>("REGEX", .text) { scanner in
    guard let text = scanner.takeAll() else {
      throw ShellError("'\(scanner.command)' needs a regular expression, such as ^guest_")
    }
    return text
  }
  static let parameters: [any AnyParameter] = [expression]
  static let summary = "Set a breakpoint at each function whose name matches a regular expression."
  static let manual = """
    'info functions' lists the same functions. At most 200 breakpoints are set at once.

      rbreak ^guest_
    """

  static let transcript = """
    (vcpu) rbreak ^(handle|count)
    Num  Type        Disp  Enb  Hits  What
    1    breakpoint  keep  y    0     hv:0x40207000 <count_exits>
    2    breakpoint  keep  y    0     hv:0x40205000 <handle_exit>
    """

  private static let limit = 200

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let found = try SymbolList.symbols(arguments[expression], in: shell) { symbol, _ in
      symbol.kind == .function
    }
    guard !found.isEmpty else { throw ShellError("no function matches '\(arguments[expression])'") }
    guard found.count <= limit else {
      throw ShellError(
        "\(found.count) functions match: at most \(limit) breakpoints are set at once")
    }
    let known = Set(session.breakpoints.all.map(\.number))
    for (module, symbol) in found {
      let space = session.hasHypervisor ? module.space.label : ""
      _ = try session.points.add("\(space)\(symbol.name)")
    }
    return .answer(
      BreakpointsAnswer(session.breakpoints.all.filter { !known.contains($0.number) }, in: session))
  }
}
