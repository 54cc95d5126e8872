/// A script's handlers: for lines of the guest's console, and for the end of the session.
struct Handlers {
  /// Statements, with the arguments of the script that contains them.
  struct Body {
    let statements: [Statement]
    let arguments: ScriptArguments?
  }

  /// A handler for matching lines.
  struct Console {
    let pattern: ConsolePattern
    let body: Body
  }

  /// The `on console` handlers, in order.
  var console: [Console] = []
  /// The `on end` handlers, the last one first.
  var end: [Body] = []

  /// The handlers for a line.
  func bodies(for line: String) -> [Body] {
    console.filter { $0.pattern.end(in: line[...]) != nil }.map(\.body)
  }
}
