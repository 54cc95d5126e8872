/// Something that may come after a command's name. What a person has to write, how it is read, what is wrong with it and
/// what the Tab key offers come from this one declaration.
///
/// A command lists its parameters in the order of its usage, and asks its `Arguments` for their values.
final class Parameter<Value: Sendable>: AnyParameter, Sendable {
  let usage: String
  let place: ParameterPlace
  private let parse: @Sendable (inout ArgumentScanner) throws -> Value
  private let complete: @Sendable (Shell) -> Completion

  /// - Parameters:
  ///   - usage: what stands for it in the command's usage.
  ///   - place: where it is looked for.
  ///   - complete: the words that may stand there.
  ///   - parse: takes its value off what is left of the line.
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
  /// What stands for it in the command's usage.
  var usage: String { get }
  var place: ParameterPlace { get }
  /// Takes its value off what is left of the line.
  func value(_ scanner: inout ArgumentScanner) throws -> any Sendable
  /// The words that may stand there.
  func completion(in shell: Shell) -> Completion
}

/// Where a parameter stands.
enum ParameterPlace: Equatable, Sendable {
  /// GDB's `/FMT`, right after the name.
  case format
  /// A word that begins with a dash, anywhere among the words.
  case flag
  /// One word.
  case word
  /// As many words as there are.
  case words
  /// An expression or a location: everything up to the end, or to `if`. What it means is found out when the command runs.
  case expression
  /// Some words at the end, after an expression.
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
