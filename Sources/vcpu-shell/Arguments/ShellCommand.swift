/// A command of the shell. Each one is a type in its own file, listed in `CommandTable`.
///
/// A command doesn't print: it returns an outcome.
protocol ShellCommand: Sendable {
  /// The full name; two words for a command of a family, such as `info exit`.
  static var name: String { get }
  /// Other spellings: GDB's abbreviations, LLDB's words. They need not be unique prefixes.
  static var aliases: [String] { get }
  /// What may follow the name, in the order of the usage.
  static var parameters: [any AnyParameter] { get }
  /// A one-line summary.
  static var summary: String { get }
  /// The manual: everything that a person needs to know, and examples.
  static var manual: String { get }
  /// A sample session: typed lines after the prompt, and their output. A test verifies it.
  static var transcript: String { get }
  /// Whether it runs the target, or changes the target or what stops it, which a snapshot doesn't allow.
  static var actsOnTarget: Bool { get }
  /// Whether it does this with these arguments.
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool
  /// Whether an empty line repeats it.
  static var isRepeatable: Bool { get }
  /// What kind of block, up to `end`, follows it.
  static var block: BlockKind { get }
  /// Whether it can be carried out while the target runs.
  static var worksWhileRunning: Bool { get }

  /// What an empty line after `line` runs, whose arguments were `text`.
  static func repetition(of line: String, _ text: String) -> String
  /// Checks the arguments before the command's block is read.
  static func check(_ arguments: Arguments, in shell: Shell) throws
  /// Runs the command.
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

  /// The usage text after the name.
  static var usage: String { parameters.map(\.usage).joined(separator: " ") }
  /// The options in its usage, such as `--brief`.
  static var options: [String] {
    usage.matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) }
  }
  /// Whether its arguments are a verbatim text.
  static var takesText: Bool { parameters.contains { $0.place == .text } }
  /// Whether `|` and `>` may belong to its arguments.
  static var mayHaveOperators: Bool { parameters.contains { $0.place.mayHaveOperators } }

  /// The words that may follow `text`.
  static func completion(after text: String, in shell: Shell) -> Completion {
    let flags = parameters.filter { [.flag, .condition, .suffix].contains($0.place) }.flatMap {
      words($0.completion(in: shell))
    }
    var typed = text.split(whereSeparator: \.isWhitespace)
    if parameters.contains(where: { $0.place == .condition }), typed.contains("if") {
      return .wordsAndSymbols(ExpressionWords.all(shell))
    }
    typed.removeAll { flags.contains(String($0)) || $0.hasPrefix("/") }
    var before = typed[...]
    // What a parameter that may be missing offers, besides the next one.
    var offered = flags
    for parameter in parameters {
      switch parameter.place {
      case .format, .flag, .condition, .suffix: continue
      case .word where parameter.isOptional && parameter !== parameters.last:
        let words = words(parameter.completion(in: shell))
        if before.isEmpty { offered += words }
        if let word = before.first, words.contains(String(word)) { before.removeFirst() }
      case .word where !before.isEmpty: before.removeFirst()
      case .word, .words, .expression, .text:
        return parameter.completion(in: shell).adding(offered)
      }
    }
    return .words(offered)
  }

  private static func words(_ completion: Completion) -> [String] { completion.words ?? [] }
}
