/// Something that may follow a command's name. This one declaration determines the usage text, the parsing, the error
/// messages and what the Tab key offers.
///
/// A command lists its parameters in the order of its usage, and asks its `Arguments` for their values.
final class Parameter<Value: Sendable>: AnyParameter, Sendable {
  let usage: String
  let place: ParameterPlace
  private let parse: @Sendable (inout ArgumentScanner) throws -> Value
  private let complete: @Sendable (Shell) -> Completion

  /// - Parameters:
  ///   - usage: its text in the command's usage.
  ///   - place: where to look for it.
  ///   - complete: the words that may appear there.
  ///   - parse: takes its value off the rest of the line.
  init(
    _ usage: String, _ place: ParameterPlace,
    complete: @escaping @Sendable (Shell) -> Completion = { _ in .words([]) },
    parse: @escaping @Sendable (inout ArgumentScanner) throws -> Value
  ) {
    self.usage = usage
    self.place = place
    self.parse = parse
    self.complete = complete
  }

  func value(_ scanner: inout ArgumentScanner) throws -> any Sendable { try parse(&scanner) }
  func completion(in shell: Shell) -> Completion { complete(shell) }
}

/// A parameter of any value.
protocol AnyParameter: AnyObject, Sendable {
  /// Its text in the command's usage.
  var usage: String { get }
  var place: ParameterPlace { get }
  /// Takes its value off the rest of the line.
  func value(_ scanner: inout ArgumentScanner) throws -> any Sendable
  /// The words that may appear there.
  func completion(in shell: Shell) -> Completion
}

extension AnyParameter {
  /// Whether it may be missing.
  var isOptional: Bool { usage.hasPrefix("[") }
}

/// Where a parameter appears.
enum ParameterPlace: Equatable, Sendable {
  /// GDB's `/FMT`, right after the name.
  case format
  /// A word that begins with a dash, anywhere among the words.
  case flag
  /// One word.
  case word
  /// Any number of words.
  case words
  /// An expression or a location: everything up to the end, or to `if`. It is parsed when the command runs.
  case expression
  /// Words at the end, after an expression.
  case suffix
  /// Everything up to the end, as it is: a path, a text, another program's words.
  case text
  /// `if EXPRESSION`, at the end.
  case condition

  /// Whether `|` and `>` may belong to it.
  var mayHaveOperators: Bool {
    switch self {
    case .expression, .text, .condition: true
    case .format, .flag, .word, .words, .suffix: false
    }
  }
}
