/// The commands that scripts and people have made: by `define`, and by `alias`.
struct Definitions {
  /// A command of a script.
  struct Command {
    let body: [Statement]
    /// What `document` was given; empty where there was none.
    var manual: [String] = []
  }

  private(set) var commands: [String: Command] = [:]
  private(set) var aliases: [String: String] = [:]

  /// The names of all of them, sorted.
  var names: [String] { (Array(commands.keys) + Array(aliases.keys)).sorted() }

  /// Makes a command, or another in the place of one.
  mutating func define(_ name: String, _ body: [Statement]) {
    commands[name] = Command(body: body, manual: commands[name]?.manual ?? [])
    aliases[name] = nil
  }

  /// Gives a command its manual.
  mutating func document(_ name: String, _ lines: [String]) throws(ShellError) {
    guard commands[name] != nil else {
      throw ShellError("no command '\(name)' was defined: 'define' makes one")
    }
    commands[name]?.manual = lines
  }

  /// Makes `name` stand for the beginning of a line.
  mutating func alias(_ name: String, for text: String) {
    // Its own aliases are resolved now, so that there is no circle.
    aliases[name] = resolving(text)
    commands[name] = nil
  }

  /// A line with what an alias stands for in its place.
  func resolving(_ line: String) -> String {
    guard !aliases.isEmpty else { return line }
    let first = line.prefix { !$0.isWhitespace && $0 != "/" }
    guard let target = aliases[String(first)] else { return line }
    return target + line.dropFirst(first.count)
  }

  /// The command that a line calls, and what it gives it; nil where it calls none of these.
  func call(in line: String) throws(ShellError) -> (body: [Statement], arguments: ScriptArguments)?
  {
    guard !commands.isEmpty else { return nil }
    let first = line.prefix { !$0.isWhitespace }
    guard let command = commands[String(first)] else { return nil }
    return (command.body, try ScriptArguments(parsing: line.dropFirst(first.count)))
  }

  /// Whether a line calls a command of a script.
  func calls(_ line: String) -> Bool {
    commands[String(line.prefix { !$0.isWhitespace })] != nil
  }
}
