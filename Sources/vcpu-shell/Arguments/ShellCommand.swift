/// A command of the shell. Each is one type in a file of its own, listed in `CommandTable`.
///
/// It prints nothing: what it has to tell is its outcome.
protocol ShellCommand: Sendable {
  /// The full name; two words for a command of a family, such as `info exit`.
  static var name: String { get }
  /// Other spellings: GDB's abbreviations, LLDB's words. They need not be unique prefixes.
  static var aliases: [String] { get }
  /// What may come after the name, in the order of the usage.
  static var parameters: [any AnyParameter] { get }
  /// One line.
  static var summary: String { get }
  /// The manual: everything a person has to know, and examples.
  static var manual: String { get }
  /// A session with it, as it is printed: lines after the prompt, and what they print. A test keeps it true.
  static var transcript: String { get }
  /// Whether it sets the target going, or changes something of it or of what stops it: not in a snapshot.
  static var actsOnTarget: Bool { get }
  /// Whether it does so with these arguments.
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool
  /// Whether an empty line repeats it.
  static var isRepeatable: Bool { get }
  /// What the lines after it are to it, up to `end`.
  static var block: BlockKind { get }
  /// Whether it can be carried out while the target runs.
  static var worksWhileRunning: Bool { get }

  /// What an empty line after `line` runs, whose arguments were `text`.
  static func repetition(of line: String, _ text: String) -> String
  /// Finds what is wrong with the arguments before the lines that belong to the command are read.
  static func check(_ arguments: Arguments, in shell: Shell) throws
  /// Carries it out.
  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome
}

extension ShellCommand {
  static var aliases: [String] { [] }
  static var parameters: [any AnyParameter] { [] }
  static var manual: String { "" }
  static var actsOnTarget: Bool { false }
  static var isRepeatable: Bool { false }
  static var block: BlockKind { .none }
  static var worksWhileRunning: Bool { false }
  static func repetition(of line: String, _ text: String) -> String { line }
  static func check(_ arguments: Arguments, in shell: Shell) throws {}
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool { actsOnTarget }

  /// What comes after the name.
  static var usage: String { parameters.map(\.usage).joined(separator: " ") }
  /// The options in its usage, such as `--brief`.
  static var options: [String] {
    usage.matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) }
  }
  /// Whether its arguments are a text that is taken as it is.
  static var takesText: Bool { parameters.contains { $0.place == .text } }
  /// Whether `|` and `>` may belong to its arguments.
  static var mayHaveOperators: Bool { parameters.contains { $0.place.mayHaveOperators } }

  /// The words that may come after `text`.
  static func completion(after text: String, in shell: Shell) -> Completion {
    let flags = parameters.filter { [.flag, .condition, .suffix].contains($0.place) }.flatMap {
      words($0.completion(in: shell))
    }
    var typed = text.split(whereSeparator: \.isWhitespace)
    if parameters.contains(where: { $0.place == .condition }), typed.contains("if") {
      return .words(ExpressionWords.all(shell))
    }
    typed.removeAll { flags.contains(String($0)) || $0.hasPrefix("/") }
    var count = typed.count
    for parameter in parameters {
      switch parameter.place {
      case .format, .flag, .condition, .suffix: continue
      case .word where count > 0: count -= 1
      case .word, .words, .expression, .text:
        let completion = parameter.completion(in: shell)
        guard case .words(let words) = completion else { return completion }
        return .words(flags + words)
      }
    }
    return .words(flags)
  }

  private static func words(_ completion: Completion) -> [String] {
    if case .words(let words) = completion { words } else { [] }
  }
}
