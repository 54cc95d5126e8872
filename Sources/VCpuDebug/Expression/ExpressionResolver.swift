/// Gives names, registers and memory their values. What it throws passes through the evaluator.
public protocol ExpressionResolver {
  /// The value of a register or of a field of one; nil when there is none of that name.
  ///
  /// - Parameter path: `["x0"]`, `["guest", "x0"]`, `["esr_el2", "ec"]`.
  func register(_ path: [String]) throws -> Value?

  /// The value of a word of a vocabulary, such as `mmio-write`; nil when it is not one. Words win
  /// over symbols.
  func word(_ name: String) -> Value?

  /// The address of a symbol; nil when it is not one.
  func address(ofSymbol name: String) throws -> Value?

  /// Who gives names their values behind the prefix of a space; nil for this resolver.
  func resolver(for space: AddressSpace) -> (any ExpressionResolver)?

  /// 64 bits of memory, little-endian. Without an address space, that of the selected registers.
  func load(at address: Value) throws -> UInt64
}

extension ExpressionResolver {
  /// This resolver.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? { nil }

  /// Parses an expression with the resolver's words and evaluates it.
  public func value(of text: String) throws -> Value {
    try Expression(parsing: text, isWord: { word($0) != nil }).evaluated(with: self)
  }
}
