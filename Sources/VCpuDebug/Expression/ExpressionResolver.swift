/// Gives names, registers and memory their values. What it throws passes through the evaluator.
public protocol ExpressionResolver {
  /// The value of a register or of a field of one; nil for an unknown name.
  ///
  /// - Parameter path: `["x0"]`, `["guest", "x0"]`, `["esr_el2", "ec"]`.
  func register(_ path: [String]) throws -> Value?

  /// The element that an index means after the path of a register's part, as in `$v0.d[1]`; nil where it means a bit.
  func element(_ index: UInt64, of path: [String]) throws -> Value?

  /// Throws where a register that there is has too many bits for a number. Nothing is read for it.
  func checkNumber(_ path: [String]) throws

  /// Finds what is wrong with such an element, without a look at the target.
  ///
  /// - Parameter index: nil where it is known later only.
  /// - Returns: whether there are elements.
  func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool

  /// Whether there is a register or a field of such a name, whatever its value. Nothing is read for it.
  ///
  /// - Throws: why there cannot be one, where that says more than that the name is unknown.
  func hasRegister(_ path: [String]) throws -> Bool

  /// The value of a word of a vocabulary, such as `mmio-write`; nil when it is not one. Words win
  /// over symbols.
  func word(_ name: String) -> Value?

  /// The address of a symbol; nil when it is not one.
  func address(ofSymbol name: String) throws -> Value?

  /// Who gives names their values after the prefix of a space; nil for this resolver.
  func resolver(for space: AddressSpace) -> (any ExpressionResolver)?

  /// Memory as a number, in its own byte order. Without an address space, that of the selected registers.
  ///
  /// - Parameter byteCount: 1, 2, 4 or 8; nil for as much as an address has.
  func load(at address: Value, byteCount: Int?) throws -> UInt64

  /// The variables and the history. A register of the same name wins.
  var variables: Variables { get }
}

extension ExpressionResolver {
  /// There is none.
  public func element(_ index: UInt64, of path: [String]) throws -> Value? { nil }

  /// Each is one.
  public func checkNumber(_ path: [String]) throws {}

  /// There is none.
  public func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool { false }

  /// This resolver.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? { nil }

  /// Parses an expression with the resolver's words.
  public func parse(_ text: String) throws(ExpressionError) -> Expression {
    try Expression(parsing: text, isWord: { word($0) != nil })
  }

  /// Parses an expression with the resolver's words and evaluates it.
  public func value(of text: String) throws -> Value {
    try parse(text).evaluated(with: self)
  }

  /// The variable that a path names, where no register has its name.
  func variable(_ path: [String]) -> Value? {
    guard path.count == 1, let value = variables[path[0]],
      (try? hasRegister(path)) != true
    else { return nil }
    return value
  }
}
