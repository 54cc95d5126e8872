@testable import vcpu_shell

/// The parser of scripts: takes any bytes as the text of a script, and checks the result. Nothing is run.
///
/// The tests run it with the inputs kept under `Corpus`; `scripts/fuzz` compiles this folder together with the shell
/// and runs it with libFuzzer's inputs.
enum StatementTarget {
  /// Throws an `OracleFailure` if something is wrong. The caller detects a trap or an endless loop.
  static func check(_ bytes: [UInt8]) throws {
    let lines = lines(of: bytes, inPiecesOf: max(1, bytes.count))
    try requireEqual(Self.lines(of: bytes, inPiecesOf: 3), lines, "the lines of pieces")
    try checkStatements(lines)
    for line in lines { try LineOracle.check(line) }
  }

  private static func lines(of bytes: [UInt8], inPiecesOf count: Int) -> [String] {
    var splitter = LineSplitter(limit: InputLines.lineLimit)
    var rest = bytes[...]
    var lines: [String] = []
    while true {
      switch splitter.next() {
      case .line(let bytes): lines.append(InputLines.text(bytes))
      case .tooLong: continue
      case .unfinished where rest.isEmpty: splitter.finish()
      case .unfinished:
        splitter.append(rest.prefix(count))
        rest = rest.dropFirst(count)
      case .end: return lines
      }
    }
  }

  private static func reader(of input: ScriptInput) -> StatementReader {
    StatementReader(next: input.nextLine, check: { _ in }) { Definitions().blockKind(of: $0) }
  }

  /// The lines of a statement, read again, give the same statement.
  private static func checkStatements(_ lines: [String]) throws {
    let input = ScriptInput(name: "script", lines: lines)
    let reader = reader(of: input)
    while let statement = try accepted("a statement", reader.statement) ?? nil {
      let end = statement.block == nil ? [] : [ScriptLine("end")]
      let again = ScriptInput(
        name: "again", lines: [statement.line] + (statement.block?.lines ?? []) + end)
      let second = Self.reader(of: again)
      let copy = try second.statement()
      try requireEqual(copy, statement, "the statement of the lines of one")
      try require(try second.statement() == nil, "there is more in the lines of a statement")
    }
  }
}
