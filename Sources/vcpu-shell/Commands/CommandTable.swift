internal import ArmVCpu
internal import VCpuDebug

/// The commands by name, alias and unique prefix.
struct CommandTable: Sendable {
  let commands: [any ShellCommand.Type]
  /// The commands by their names and aliases: a script may have thousands of lines.
  private let byName: [String: any ShellCommand.Type]
  /// The first words of two-word commands.
  private let families: Set<String>

  /// The topics of `help`.
  let topics: [HelpTopic]

  init(topics: [HelpTopic]) {
    self.topics = topics
    let commands = topics.flatMap(\.commands)
    self.commands = commands
    byName = Dictionary(
      commands.flatMap { command in ([command.name] + command.aliases).map { ($0, command) } },
      uniquingKeysWith: { first, _ in first })
    families = Set(commands.compactMap { Self.family(of: $0.name) })
  }

  /// The command that a line begins with, and the rest of the line.
  ///
  /// - Throws: `ShellError` for an unknown or ambiguous name.
  func command(in line: String) throws(ShellError) -> (any ShellCommand.Type, String) {
    let (first, rest) = Self.split(line)
    guard !first.isEmpty else {
      throw ShellError("'\(line)' does not begin with a command: 'help' lists them")
    }
    let wanted = Self.familyAliases[first.lowercased()] ?? first.lowercased()
    // `set logging` would be an assignment.
    let second = Self.split(rest.trimmed).0.lowercased()
    if let advice = AbsentCommands.advice(for: "\(wanted) \(second)") { throw ShellError(advice) }
    if let exact = byName[wanted] {
      // `set catch-way` begins with a command's name too, and needs its whole name.
      return (member(named: rest, ofFamily: exact.name) ?? (exact, rest.trimmed))
    }

    let isFamily = !second.isEmpty && commands.contains { $0.name.hasPrefix("\(wanted) \(second)") }
    if !isFamily, let advice = AbsentCommands.advice(for: wanted) { throw ShellError(advice) }
    var names = Set(
      commands.filter { !$0.name.contains(" ") && $0.name.hasPrefix(wanted) }.map { $0.name })
    names.formUnion(families.filter { $0.hasPrefix(wanted) })
    if families.contains(wanted) { names = [wanted] }
    if names.isEmpty {
      if first.hasPrefix("$") {
        throw ShellError(
          "no command '\(first)': 'set \(first) = …' sets it, and 'print \(first)' shows it")
      }
      let known = firstWords + commands.map { $0.name }
      throw ShellError(
        "no command '\(first)'"
          + NearNames.hint(of: first, in: known, otherwise: ": 'help' lists them"))
    }
    guard names.count == 1, let name = names.first else {
      throw ShellError("'\(first)' is ambiguous: it may be \(Self.list(names))")
    }
    let plain = commands.first { $0.name == name }
    guard let plain else { return try member(of: name, rest) }
    return member(named: rest, ofFamily: name) ?? (plain, rest.trimmed)
  }

  /// The command with exactly this name or alias: neither a prefix nor arguments are allowed.
  ///
  /// - Throws: `ShellError` for another name.
  func command(named name: String) throws(ShellError) -> any ShellCommand.Type {
    guard let command = commands.first(where: { $0.name == name || $0.aliases.contains(name) })
    else { throw ShellError("no command has the name '\(name)': 'help' lists them") }
    return command
  }

  /// The command of a family whose name is itself a command, such as `set width`; nil if the rest doesn't name one.
  private func member(
    named rest: Substring, ofFamily family: String
  ) -> (any ShellCommand.Type, String)? {
    guard families.contains(family) else { return nil }
    let (second, text) = Self.split(rest.drop(while: \.isWhitespace))
    let wanted = "\(family) \(second.lowercased())"
    let exact = commands.filter { $0.name == wanted }
    // Any unique prefix works, except for `set`, where it may be a symbol's name.
    let isPossible = second.count > 1 && !rest.contains("=")
    let members =
      exact.isEmpty && isPossible ? commands.filter { $0.name.hasPrefix(wanted) } : exact
    return members.count == 1 ? (members[0], text.trimmed) : nil
  }

  /// GDB's.
  private static let familyAliases = ["i": "info"]

  private func member(
    of family: String, _ rest: Substring
  ) throws(ShellError) -> (any ShellCommand.Type, String) {
    let (second, arguments) = Self.split(rest.drop(while: \.isWhitespace))
    let members = commands.filter { Self.family(of: $0.name) == family }
    let words = members.map { String($0.name.dropFirst(family.count + 1)) }
    guard !second.isEmpty else {
      throw ShellError("'\(family)' needs \(Self.choice(words))")
    }
    let wanted = second.lowercased()
    if let exact = byName["\(family) \(wanted)"] { return (exact, arguments.trimmed) }
    let matches = members.filter { $0.name.dropFirst(family.count + 1).hasPrefix(wanted) }
    guard let match = matches.first else {
      if family == "catch" || family == "tcatch", (try? ExitClass(parsing: second)) != nil {
        throw ShellError("no command '\(family) \(second)': did you mean \(family) exit \(second)?")
      }
      throw ShellError(
        "no command '\(family) \(second)'"
          + NearNames.hint(
            of: second, in: words, prefix: family + " ",
            otherwise: ": '\(family)' needs \(Self.choice(words))")
      )
    }
    guard matches.count == 1 else {
      let names = Set(matches.map { String($0.name.dropFirst(family.count + 1)) })
      throw ShellError("'\(family) \(second)' is ambiguous: it may be \(Self.list(names))")
    }
    return (match, arguments.trimmed)
  }

  /// The first words of all commands, in alphabetical order.
  var firstWords: [String] { Set(commands.map { Self.firstWord(of: $0.name) }).sorted() }

  /// The second words of a family, given its name or a unique prefix of it; empty for any other word.
  func secondWords(after word: String) -> [String] {
    let wanted = Self.familyAliases[word.lowercased()] ?? word.lowercased()
    let beginnings =
      byName[wanted] != nil || families.contains(wanted)
      ? [wanted] : firstWords.filter { $0.hasPrefix(wanted) }
    guard beginnings.count == 1, let family = beginnings.first else { return [] }
    return commands.filter { Self.family(of: $0.name) == family }
      .map { String($0.name.dropFirst(family.count + 1)) }
  }

  /// What an empty line after `line` runs; nil for a command that is not repeated.
  func repetition(of line: String) -> String? {
    guard let (command, text) = try? command(in: line), command.isRepeatable else { return nil }
    return command.repetition(of: line, text)
  }

  /// The first word, up to a blank or the `/` of a format.
  private static func split(_ line: some StringProtocol) -> (String, Substring) {
    let line = Substring(line)
    // The one name that isn't a word: its argument may follow without a blank, as in GDB.
    if let first = line.first, first == "|" || first == "!" {
      return (String(first), line.dropFirst())
    }
    let word = line.prefix { !$0.isWhitespace && $0 != "/" }
    return (String(word), line.dropFirst(word.count))
  }

  /// `info` of `info exit`.
  static func family(of name: String) -> String? {
    name.firstIndex(of: " ").map { String(name[..<$0]) }
  }

  private static func firstWord(of name: String) -> String { family(of: name) ?? name }

  private static func choice(_ words: [String]) -> String {
    (words.count > 1 ? "one of " : "") + list(Set(words))
  }

  private static func list(_ words: Set<String>) -> String {
    let sorted = words.sorted().map { "'\($0)'" }
    guard let last = sorted.last, sorted.count > 1 else { return sorted.joined() }
    return sorted.dropLast().joined(separator: ", ") + " or \(last)"
  }
}
