@testable import vcpu_shell

/// What has to be true of any line: each parser of a part of a line accepts all of it, and the rest of it from each
/// word.
enum LineOracle {
  static func check(_ line: String) throws {
    let script = ScriptLine(line)
    try require(script.text == script.text.trimmed, "a line with blanks around it")
    let text = script.withoutDash.text
    try checkCommand(text)
    try checkRedirection(text)
    try checkScanner(text)
    try TextOracle.checkEscapes(line)
    try TextOracle.checkArguments(line)
    var rest = text[...]
    for _ in 0..<4 where !rest.isEmpty {
      let part = String(rest)
      try checkExpectation(part)
      _ = try accepted("a pattern") { try ConsolePattern.take(from: part).0.end(in: "ab") }
      try FormatOracle.check(part)
      for delimiter in "\"'/".unicodeScalars {
        try TextOracle.checkDelimited(part, delimiter)
      }
      rest = rest.drop { !$0.isWhitespace }.drop(while: \.isWhitespace)
    }
  }

  /// A command's full name finds that command, and its parameters accept its arguments or report an error.
  private static func checkCommand(_ text: String) throws {
    let table = CommandTable.standard
    guard let (command, rest) = try accepted("a command", { try table.command(in: text) })
    else { return }
    let (again, _) = try table.command(in: "\(command.name) \(rest)")
    try require(again == command, "'\(command.name)' by its whole name is '\(again.name)'")
    _ = try accepted("arguments") {
      let own = command.mayHaveOperators ? rest : try Redirection.split(rest).arguments
      return try Arguments(try OutputOptions(own, of: command).rest, of: command)
    }
  }

  private static func checkRedirection(_ text: String) throws {
    guard let (arguments, sink) = try accepted("a sink", { try Redirection.split(text) }), let sink
    else { return }
    try require(!arguments.contains { "|>".contains($0) }, "operators are left in the arguments")
    let whole =
      switch sink {
      case .pipe(let command): "\(arguments) | \(command)"
      case .file(let path, append: true): "\(arguments) >> \(path)"
      case .file(let path, append: false): "\(arguments) > \(path)"
      }
    let again = try Redirection.split(whole)
    try requireEqual(again.arguments, arguments, "the arguments of '\(whole)'")
    try requireEqual(again.sink, sink, "the sink of '\(whole)'")
  }

  private static func checkScanner(_ text: String) throws {
    var scanner = ArgumentScanner(text, of: "command")
    var words: [String] = []
    while let word = scanner.takeWord() { words.append(word) }
    try requireEqual(words, text.split(whereSeparator: \.isWhitespace).map(String.init), "words")

    scanner = ArgumentScanner(text, of: "command")
    if let condition = scanner.takeCondition() {
      var again = ArgumentScanner("\(scanner.rest) if \(condition)", of: "command")
      try requireEqual(again.takeCondition(), condition, "the condition")
      try requireEqual(again.rest, scanner.rest, "what is before the condition")
    }
    scanner = ArgumentScanner(text, of: "command")
    if scanner.take(anywhere: ["--brief"]) {
      try require(text.contains("--brief"), "an option that was not there")
    }
  }

  private static func checkExpectation(_ text: String) throws {
    var words = ExpectationWords(text)
    if let limit = try accepted("a limit", { try words.takeLimit() }) ?? nil {
      let again = try ExpectationWords.limit(limit.text)
      switch (limit, again) {
      case (.seconds(let first), .seconds(let second)):
        // In words it has three digits after the point.
        try require(abs(first - second) <= 0.001 * max(1, first), "\(first) s are \(second) s")
      default: try requireEqual(again, limit, "the limit in words")
      }
    }
    _ = words.takeUntil()
    guard let goal = try accepted("a goal", { try words.exitGoal() }) else { return }
    let again = try ExpectationWords(String(goal.text.dropFirst("exit ".count))).exitGoal()
    try requireEqual(again.classes, goal.classes, "the classes in words")
    try requireEqual(again.condition, goal.condition, "the condition in words")
  }
}
