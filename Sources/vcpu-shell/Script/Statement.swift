/// A command of a script with the lines that belong to it.
struct Statement: Equatable, Sendable {
  let line: ScriptLine
  /// The lines up to its `end`; nil where its command takes none.
  let block: Block?
}

/// What stands between a command and its `end`.
struct Block: Equatable, Sendable {
  /// The statements up to the first line that divides the block, or to `end`.
  var statements: [Statement] = []
  /// What comes after each line that divides the block, such as `else` and `catch`.
  var branches: [Branch] = []
  /// All lines as they are, without the last `end`: the text of `document`, the commands of a breakpoint.
  var lines: [ScriptLine] = []

  /// `else if EXPRESSION` and the statements after it.
  struct Branch: Equatable, Sendable {
    let line: ScriptLine
    var statements: [Statement] = []
  }
}

/// What the lines after a command are to it.
enum BlockKind: Equatable, Sendable {
  /// There are none.
  case none
  /// Statements, which one of some words may divide.
  case statements(dividers: [String] = [])
  /// A text, up to the first line that is `end`.
  case text
}
