/// Assembles lines into statements.
struct StatementReader {
  /// The next line; nil at the end.
  let next: () throws -> ScriptLine?
  /// Checks a command's line before its block is read.
  let check: (ScriptLine) throws -> Void
  /// The kind of block that a line's command takes.
  let kind: (ScriptLine) -> BlockKind

  /// How deeply blocks may be nested.
  static let maximumDepth = 64
  /// How many lines a block may have: the input may never end.
  static let maximumLineCount = 100_000

  /// The next statement; nil at the end.
  func statement() throws -> Statement? {
    while let line = try next() {
      if !line.isBlank { return try statement(from: line) }
    }
    return nil
  }

  /// The statement that begins with `line`.
  func statement(from line: ScriptLine) throws -> Statement {
    if kind(line) != .none { try check(line) }
    return try placed(line) { try statement(from: line, depth: 0) }
  }

  /// All statements up to the end.
  func statements() throws -> [Statement] {
    var statements: [Statement] = []
    while let statement = try statement() { statements.append(statement) }
    return statements
  }

  private func statement(from line: ScriptLine, depth: Int) throws -> Statement {
    switch kind(line) {
    case .none:
      if Self.words.contains(String(line.firstWord)) {
        throw ShellError("'\(line.firstWord)' is not in a block")
      }
      return Statement(line: line, block: nil)
    case .text:
      var block = Block()
      while let next = try next() {
        if next.text == "end" { return Statement(line: line, block: block) }
        block.lines.append(next)
        guard block.lines.count <= Self.maximumLineCount else { throw missingEnd(of: line) }
      }
      throw missingEnd(of: line)
    case .statements(let dividers):
      guard depth < Self.maximumDepth else {
        throw ShellError("blocks are nested more than \(Self.maximumDepth) deep")
      }
      return Statement(line: line, block: try block(of: line, dividers, depth: depth))
    }
  }

  /// The lines after `opening`, up to its `end`.
  private func block(of opening: ScriptLine, _ dividers: [String], depth: Int) throws -> Block {
    var block = Block()
    while let line = try next() {
      if line.isBlank { continue }
      if line.text == "end" { return block }
      block.lines.append(line)
      guard block.lines.count <= Self.maximumLineCount else {
        throw ScriptError(
          underlying: ShellError(
            "'\(opening.firstWord)' has more than \(Self.maximumLineCount) lines"),
          place: opening.place)
      }
      if dividers.contains(String(line.firstWord)), isDivider(line) {
        let current = block
        _ = try placed(line) { try checkOrder(line, in: current) }
        block.branches.append(Block.Branch(line: line))
        continue
      }
      let statement = try placed(line) { try self.statement(from: line, depth: depth + 1) }
      block.lines += statement.block.map { $0.lines + [ScriptLine("end")] } ?? []
      if block.branches.isEmpty {
        block.statements.append(statement)
      } else {
        block.branches[block.branches.count - 1].statements.append(statement)
      }
    }
    throw missingEnd(of: opening)
  }

  /// `catch` divides a `try` only if it stands alone: `catch exit` is a command.
  private func isDivider(_ line: ScriptLine) -> Bool {
    line.firstWord == "else" || line.text == String(line.firstWord)
  }

  /// Nothing can follow an `else` without a condition, or a `catch`.
  private func checkOrder(_ line: ScriptLine, in block: Block) throws {
    if line.firstWord == "else", line.text != "else" {
      let rest = line.text.dropFirst("else".count).trimmed
      guard rest.prefix(while: { !$0.isWhitespace && $0 != "(" }) == "if" else {
        throw ShellError("only 'if EXPRESSION' may follow 'else', not '\(rest)'")
      }
    }
    if let last = block.branches.last, last.line.text == String(last.line.firstWord) {
      throw ShellError(
        "'\(line.firstWord)' comes after '\(last.line.text)', which must be the last part")
    }
  }

  private func missingEnd(of line: ScriptLine) -> any Error {
    ScriptError(
      underlying: ShellError("'\(line.firstWord)' has no 'end'"), place: line.place)
  }

  /// Runs `body`, whose errors get the place of `line`.
  private func placed<R>(_ line: ScriptLine, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as ShellError {
      throw ScriptError(underlying: error, place: line.place)
    }
  }

  /// The words that have no meaning outside of a block.
  private static let words: Set = ["end", "else"]

  /// Whether a word belongs to the language itself.
  static func isWord(_ name: String) -> Bool { words.contains(name) }
}
