/// A command of a script with its block.
struct Statement: Equatable, Sendable {
  let line: ScriptLine
  /// The lines up to its `end`; nil if its command takes no block.
  let block: Block?
}

/// The lines between a command and its `end`.
struct Block: Equatable, Sendable {
  /// The statements up to the first line that divides the block, or to `end`.
  var statements: [Statement] = []
  /// The parts after each line that divides the block, such as `else` and `catch`.
  var branches: [Branch] = []
  /// All lines as they are, without the last `end`: the text of `document`, a breakpoint's commands.
  var lines: [ScriptLine] = []

  /// `else if EXPRESSION` and the statements after it.
  struct Branch: Equatable, Sendable {
    let line: ScriptLine
    var statements: [Statement] = []
  }
}

/// The kind of block that a command takes.
enum BlockKind: Equatable, Sendable {
  /// No block.
  case none
  /// Statements, which lines that begin with one of the dividers may divide.
  case statements(dividers: [String] = [])
  /// A text, up to the first line that is `end`.
  case text
}
