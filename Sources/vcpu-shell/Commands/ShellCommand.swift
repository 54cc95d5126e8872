/// A command of the shell. Each is one type in a file of its own, listed in `CommandTable`.
protocol ShellCommand: Sendable {
  /// The full name; two words for a command of a family, such as `info exit`.
  static var name: String { get }
  /// Other spellings: GDB's abbreviations, LLDB's words. They need not be unique prefixes.
  static var aliases: [String] { get }
  /// What comes behind the name.
  static var usage: String { get }
  /// One line.
  static var summary: String { get }
  /// The manual: everything a person has to know, and examples.
  static var manual: String { get }
  /// Whether an empty line repeats it.
  static var isRepeatable: Bool { get }

  /// What an empty line after `line` runs.
  static func repetition(of line: String, _ arguments: CommandArguments) -> String

  /// Carries it out.
  static func run(_ arguments: CommandArguments, in shell: Shell) throws
  /// The words that may stand where `word` is begun.
  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion
}

extension ShellCommand {
  static var aliases: [String] { [] }
  static var usage: String { "" }
  static var manual: String { "" }
  static var isRepeatable: Bool { false }
  static func repetition(of line: String, _ arguments: CommandArguments) -> String { line }
  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words([])
  }
}

/// What stands behind a command's name.
struct CommandArguments: Equatable {
  /// All of it, without the format and without blanks around it.
  let text: String
  /// GDB's `/FMT`, if the command was followed by one.
  let format: String?
  /// All of it with what looks like a format, for commands that have none: a path begins like one.
  let textWithFormat: String

  init(_ text: some StringProtocol) {
    textWithFormat = text.trimmed
    var rest = Substring(textWithFormat)
    if rest.first == "/" {
      let format = rest.prefix { !$0.isWhitespace }
      self.format = String(format)
      rest = rest.dropFirst(format.count).drop(while: \.isWhitespace)
    } else {
      format = nil
    }
    self.text = String(rest)
  }

  /// The words between blanks.
  var words: [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

  /// Throws if there is anything.
  func requireNone(of command: String) throws {
    guard text.isEmpty, format == nil else {
      throw ShellError("'\(command)' takes no arguments")
    }
  }

  /// A number from 1, where there is one at all.
  func count(of command: String) throws -> Int? {
    guard !text.isEmpty else { return nil }
    guard let count = Int(text), count > 0 else {
      throw ShellError("'\(command)' takes a number from 1, not '\(text)'")
    }
    return count
  }
}
