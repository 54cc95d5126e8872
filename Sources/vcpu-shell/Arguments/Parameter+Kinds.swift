internal import ArmVCpu
internal import VCpuDebug

extension Parameter where Value == Int? {
  /// A number, at least 1.
  static func count(_ usage: String = "[N]") -> Parameter {
    Parameter(usage, .words, parse: takeCount)
  }

  /// A breakpoint number, which need not exist, or nothing.
  static func optionalBreakpoint(_ usage: String = "[N]") -> Parameter {
    Parameter(usage, .words, complete: breakpointWords, parse: takeCount)
  }

  private static func takeCount(_ scanner: inout ArgumentScanner) throws -> Int? {
    guard let text = scanner.takeAll() else { return nil }
    guard let count = Int(text), count > 0 else {
      throw ShellError("'\(scanner.command)' takes a number of at least 1, not '\(text)'")
    }
    return count
  }
}

extension Parameter where Value == TypedNumber {
  /// A breakpoint number, which need not exist, or a variable that is one.
  static func breakpoint(_ usage: String = "N") -> Parameter {
    Parameter(usage, .word, complete: breakpointWords) { scanner in
      guard let number = scanner.takeWord().flatMap({ TypedNumber($0) }) else {
        throw ShellError(
          "'\(scanner.command)' needs a breakpoint number: see 'info breakpoints'")
      }
      return number
    }
  }
}

extension Parameter where Value == NumberList {
  /// Breakpoint numbers and ranges of them.
  static func breakpoints() -> Parameter {
    Parameter("[N…]", .words, complete: breakpointWords) { scanner in
      try NumberList(scanner.takeAll() ?? "")
    }
  }
}

/// The numbers of all breakpoints.
private let breakpointWords: @Sendable (Shell) -> Completion = { shell in
  .words(shell.session?.breakpoints.all.map { "\($0.number)" } ?? [])
}

extension Parameter where Value == FormatSpec? {
  /// GDB's `/FMT`.
  static func format(_ usage: String = "[/FMT]") -> Parameter {
    Parameter(usage, .format) { scanner in
      guard scanner.rest.first == "/", let text = scanner.takeWord() else { return nil }
      return try FormatSpec(parsing: text)
    }
  }
}

extension Parameter where Value == Bool {
  /// A flag: `--brief`, or `-b`.
  static func flag(_ name: String, short: String? = nil, isRequired: Bool = false) -> Parameter {
    Parameter(isRequired ? name : "[\(name)]", .flag, complete: { _ in .words([name]) }) {
      $0.take(anywhere: [name] + (short.map { [$0] } ?? []))
    }
  }

  /// `on` or `off`; `on` by default, as in GDB.
  static func onOrOff() -> Parameter {
    Parameter("on|off", .word, complete: { _ in .words(["on", "off"]) }) { scanner in
      switch scanner.takeWord()?.lowercased() {
      case nil, "on": return true
      case "off": return false
      case let word?: throw ShellError("'\(scanner.command)' takes 'on' or 'off', not '\(word)'")
      }
    }
  }
}

extension Parameter where Value == String? {
  /// `if` and an expression.
  static func condition() -> Parameter {
    Parameter("[if EXPRESSION]", .condition, complete: { _ in .words(["if"]) }) { scanner in
      let condition = scanner.takeCondition()
      guard condition != "" else {
        throw ShellError("'if' needs an expression, such as $x0 == 1")
      }
      return condition
    }
  }

  /// An optional expression.
  static func optionalExpression(_ usage: String) -> Parameter {
    Parameter(usage, .expression, complete: { .wordsAndSymbols(ExpressionWords.all($0)) }) {
      $0.takeAll()
    }
  }

  /// An optional choice of words, regardless of case; any unique prefix works.
  static func optionalWord(
    _ usage: String, complete: @escaping @Sendable (Shell) -> Completion = { _ in .words([]) }
  ) -> Parameter {
    Parameter(usage, .word, complete: complete) { $0.takeWord() }
  }
}

extension Parameter where Value == String {
  /// An expression.
  ///
  /// - Parameter needed: the end of the error message if it is missing: "needs an expression".
  static func expression(_ usage: String = "EXPRESSION", _ needed: String = "needs an expression")
    -> Parameter
  {
    Parameter(usage, .expression, complete: { .wordsAndSymbols(ExpressionWords.all($0)) }) {
      scanner in
      guard let text = scanner.takeAll() else {
        throw ShellError("'\(scanner.command)' \(needed)")
      }
      return text
    }
  }

  /// A symbol or `*ADDRESS`.
  ///
  /// - Parameter needed: the end of the error message if it is missing.
  static func location(
    _ usage: String = "LOCATION", _ needed: String = "needs a location: a symbol, or *ADDRESS"
  ) -> Parameter {
    Parameter(usage, .expression, complete: { _ in .wordsAndSymbols([]) }) {
      guard let text = $0.takeAll() else { throw ShellError("'\($0.command)' \(needed)") }
      return text
    }
  }

  /// The path of a file.
  static func file(_ needed: String) -> Parameter {
    Parameter("FILE", .text, complete: { _ in .fileNames }) { scanner in
      guard let text = scanner.takeAll() else {
        throw ShellError("'\(scanner.command)' \(needed)")
      }
      return text
    }
  }

  /// A text as it is; "" if there is none.
  static func text(
    _ usage: String, complete: @escaping @Sendable (Shell) -> Completion = { _ in .words([]) }
  ) -> Parameter {
    Parameter(usage, .text, complete: complete) { $0.takeAll() ?? "" }
  }

  /// A word that the user chooses.
  ///
  /// - Parameter need: what is wrong without it, after the command's name.
  static func name(
    _ usage: String, _ need: String,
    complete: @escaping @Sendable (Shell) -> Completion = { _ in .words([]) }
  ) -> Parameter {
    Parameter(usage, .word, complete: complete) { scanner in
      guard let word = scanner.takeWord() else {
        throw ShellError("'\(scanner.command)' \(need)")
      }
      return word
    }
  }

  /// One of some words.
  static func choice(_ words: [String]) -> Parameter {
    Parameter(words.joined(separator: "|"), .word, complete: { _ in .words(words) }) { scanner in
      let word = scanner.takeWord()?.lowercased() ?? ""
      guard words.contains(word) else {
        throw ShellError(
          "'\(scanner.command)' takes \(words.count > 1 ? "one of " : "")"
            + words.map { "'\($0)'" }.joined(separator: ", "))
      }
      return word
    }
  }
}

extension Parameter where Value == [String] {
  /// Classes of exits.
  static func exitClasses() -> Parameter {
    words("[CLASS…]") { _ in .words(ExitClass.allCases.map(\.word)) }
  }

  /// Any number of words.
  static func words(
    _ usage: String, complete: @escaping @Sendable (Shell) -> Completion
  ) -> Parameter {
    Parameter(usage, .words, complete: complete) { scanner in
      var words: [String] = []
      while let word = scanner.takeWord() { words.append(word) }
      return words
    }
  }
}
