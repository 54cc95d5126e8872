internal import VCpuDebug

/// `set catch-way`: how exits are found.
enum SetCatchWayCommand: ShellCommand {
  static let name = "set catch-way"
  static let actsOnTarget = true
  private static let words = ["auto"] + ExitWay.allCases.map(\.rawValue)
  private static let way = Parameter<String>(
    words.joined(separator: "|"), .word, complete: { _ in .words(words) }
  ) { scanner in
    let word = scanner.takeWord()?.lowercased() ?? ""
    guard let way = words.first(where: { !word.isEmpty && $0.hasPrefix(word) }) else {
      throw ShellError(
        "'set catch-way' takes one of \(words.map { "'\($0)'" }.joined(separator: ", "))")
    }
    return way
  }
  static let parameters: [any AnyParameter] = [way]
  static let summary = "Choose how guest exits are found."
  static let manual = """
    'auto' is the best way that the target supports; 'help info hypervisor' describes the ways, and 'info
    hypervisor' says which one is used and why. A way that the target does not support is refused, and nothing
    changes.

      set catch-way vectors
    """

  static let transcript = """
    (vcpu) set catch-way vectors
    exits are found by 'vectors': it was requested
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.exits.setWay(ExitWay(rawValue: arguments[way]))
    return .answer(CatchWayAnswer(in: session))
  }
}
