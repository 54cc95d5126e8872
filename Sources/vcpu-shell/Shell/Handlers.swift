/// What a script wants done: about lines of the guest's console, and when the session ends.
struct Handlers {
  /// Statements, with the arguments of the script that they stand in.
  struct Body {
    let statements: [Statement]
    let arguments: ScriptArguments?
  }

  /// What is done about a line.
  struct Console {
    let pattern: ConsolePattern
    let body: Body
  }

  /// `on console`, in their order.
  var console: [Console] = []
  /// `on end`, the last first.
  var end: [Body] = []

  /// What is to be done about a line.
  func bodies(for line: String) -> [Body] {
    console.filter { $0.pattern.end(in: line[...]) != nil }.map(\.body)
  }
}
