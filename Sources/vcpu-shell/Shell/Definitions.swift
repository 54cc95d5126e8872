/// The commands that scripts and users have defined with `define` and `alias`.
struct Definitions {
  /// A command made by `define`.
  struct Command {
    let body: [Statement]
    /// The text given by `document`; empty if there is none.
    var manual: [String] = []
  }

  private(set) var commands: [String: Command] = [:]
  private(set) var aliases: [String: String] = [:]

  /// All their names, sorted.
  var names: [String] { (Array(commands.keys) + Array(aliases.keys)).sorted() }

  /// Makes a command, or replaces one.
  mutating func define(_ name: String, _ body: [Statement]) {
    commands[name] = Command(body: body, manual: commands[name]?.manual ?? [])
    aliases[name] = nil
  }

  /// Gives a command its manual.
  mutating func document(_ name: String, _ lines: [String]) throws(ShellError) {
    guard commands[name] != nil else {
      throw ShellError("no user-defined command '\(name)': 'define' makes one")
    }
    commands[name]?.manual = lines
  }

  /// Makes `name` an alias for the beginning of a line.
  mutating func alias(_ name: String, for text: String) {
    // Aliases in it are resolved now, so that there can be no cycle.
    aliases[name] = resolving(text)
    commands[name] = nil
  }

  /// A line with an alias replaced by what it stands for.
  func resolving(_ line: String) -> String {
    guard !aliases.isEmpty else { return line }
    let first = line.prefix { !$0.isWhitespace && $0 != "/" }
    guard let target = aliases[String(first)] else { return line }
    return target + line.dropFirst(first.count)
  }

  /// The user-defined command that a line calls, and its arguments; nil if it calls none.
  func call(in line: String) throws(ShellError) -> (body: [Statement], arguments: ScriptArguments)?
  {
    guard !commands.isEmpty else { return nil }
    let first = line.prefix { !$0.isWhitespace }
    guard let command = commands[String(first)] else { return nil }
    return (command.body, try ScriptArguments(parsing: line.dropFirst(first.count)))
  }

  /// Whether a line calls a command made by `define`.
  func calls(_ line: String) -> Bool {
    commands[String(line.prefix { !$0.isWhitespace })] != nil
  }
}
