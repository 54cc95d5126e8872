internal import VCpuDebug

/// What to run after a statement.
enum Flow {
  case next
  /// The next iteration of the enclosing loop.
  case nextRound
  /// The statement after the enclosing loop.
  case leaveLoop
}

/// Runs statements and their blocks.
extension SessionLoop {
  /// How deeply scripts, blocks and user-defined commands may be nested.
  private static let maximumDepth = 100

  /// Whether the current statements should end: because the shell ends, or because a breakpoint's commands have reached
  /// `continue`.
  var isOver: Bool { shell.isDone || (programContinuation ?? 0) != 0 }

  /// Runs `body`, counting the nesting depth.
  func deeper<R>(_ body: () throws -> R) throws -> R {
    guard depth < Self.maximumDepth else {
      throw ShellError(
        "scripts and blocks are nested more than \(Self.maximumDepth) deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try body()
  }

  /// Runs `body`, in which `$arg0` is the first of `words`.
  func withArguments<R>(_ words: ScriptArguments?, _ body: () throws -> R) rethrows -> R {
    let before = shell.arguments
    shell.arguments = words
    defer { shell.arguments = before }
    return try body()
  }

  /// Runs a statement that isn't in a loop.
  func runAlone(_ statement: Statement) throws {
    switch try run(statement) {
    case .next: break
    case .nextRound, .leaveLoop:
      throw ScriptError(
        underlying: ShellError("'\(statement.line.text)' is not in a loop"),
        place: statement.line.place)
    }
  }

  /// Runs a statement. An error gets the statement's place.
  func run(_ statement: Statement) throws -> Flow {
    let (line, mayFail) = statement.line.withoutDash
    var text = line
    let before = shell.place
    shell.place = statement.line.place
    defer { shell.place = before }
    do {
      text = try shell.arguments?.replacing(in: line) ?? line
      return try interpret(text, statement.block)
    } catch  where mayFail && Self.mayBeAllowed(error) && !shell.isDone {
      shell.tell(.warning(shell.errorReport(of: (error as? ScriptError)?.underlying ?? error).text))
      return .next
    } catch let error as ScriptError {
      throw error
    } catch {
      guard statement.line.place != nil else { throw error }
      throw ScriptError(
        underlying: error, place: statement.line.place,
        column: Self.column(of: error, in: text, statement.line))
    }
  }

  /// Whether `-` before a command, or `try`, catches an error: not a person's interruption.
  static func mayBeAllowed(_ error: any Error) -> Bool {
    !Interrupted.caused(error) && !TimedOut.caused(error)
  }

  /// The column in the line of a mistake in one of its expressions.
  private static func column(
    of error: any Error, in text: String, _ line: ScriptLine
  ) -> Int? {
    guard let failure = error as? ExpressionFailure, text == line.withoutDash.text,
      let indentation = line.indentation, let range = range(of: failure.text, in: text)
    else { return nil }
    let start = text.distance(from: text.startIndex, to: range.lowerBound)
    return indentation + (line.withoutDash.mayFail ? 1 : 0) + start + failure.error.column
  }

  /// Where an expression is in a line: after the command's name and, for a format, after its text.
  private static func range(of expression: String, in line: String) -> Range<String.Index>? {
    let rest = line.dropFirst(line.prefix { !$0.isWhitespace && $0 != "/" }.count)
    guard rest.contains("\"") else { return rest.firstRange(of: expression) }
    return rest.ranges(of: expression).last
  }

  /// Runs statements one by one.
  func run(_ statements: [Statement]) throws -> Flow {
    try deeper {
      for statement in statements where !isOver {
        try shell.checkInterrupt()
        let flow = try run(statement)
        guard case .next = flow else { return flow }
      }
      return .next
    }
  }

  /// Runs statements as long as `condition` holds.
  func run(_ statements: [Statement], while condition: () throws -> Bool) throws {
    while !isOver {
      try shell.checkInterrupt()
      guard try condition() else { return }
      if case .leaveLoop = try run(statements) { return }
    }
  }

  /// Runs statements and, when one of them fails, others.
  func run(
    _ statements: [Statement], catching: (any Error) -> [Statement]
  ) throws -> Flow {
    do {
      return try run(statements)
    } catch  where Self.mayBeAllowed(error) && !shell.isDone {
      return try run(catching((error as? ScriptError)?.underlying ?? error))
    }
  }

  /// Runs the statements of a user-defined command.
  func run(_ body: [Statement], with words: ScriptArguments) throws -> Flow {
    try withArguments(words) {
      for statement in body where !isOver {
        try deeper {
          try shell.checkInterrupt()
          try runAlone(statement)
        }
      }
      return .next
    }
  }
}
