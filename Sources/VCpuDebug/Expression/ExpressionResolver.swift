/// Provides the values of names, registers and memory. Its errors pass through the evaluator.
public protocol ExpressionResolver {
  /// The value of a register or of a field of one; nil for an unknown name.
  ///
  /// - Parameter path: `["x0"]`, `["guest", "x0"]`, `["esr_el2", "ec"]`.
  func register(_ path: [String]) throws -> Value?

  /// The element that an index means after the path of a register's part, as in `$v0.d[1]`; nil if it means a bit.
  func element(_ index: UInt64, of path: [String]) throws -> Value?

  /// Throws if an existing register has too many bits for a number. Nothing is read.
  func checkNumber(_ path: [String]) throws

  /// Finds out what is wrong with such an element, without accessing the target.
  ///
  /// - Parameter index: nil if it is known only later.
  /// - Returns: whether there are elements.
  func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool

  /// Whether there is a register or a field with such a name, whatever its value. Nothing is read.
  ///
  /// - Throws: why there can't be one, if that says more than that the name is unknown.
  func hasRegister(_ path: [String]) throws -> Bool

  /// The value of a word of a vocabulary, such as `mmio-write`; nil if it isn't one. Words take
  /// precedence over symbols.
  func word(_ name: String) -> Value?

  /// The address of a symbol, or nil if it isn't one.
  func address(ofSymbol name: String) throws -> Value?

  /// The variable of the program that a name means where the CPU is: a local one, or a global one. Nil if there is none,
  /// or no debug information.
  func object(named name: String) throws -> ProgramObject?

  /// Whether there is one. Nothing is read from the target.
  func hasObject(named name: String) -> Bool

  /// A number or a value of the program as another type; nil if the program doesn't have the type.
  func object(_ value: Value, as type: ProgramTypeName) throws -> ProgramObject?

  /// The size of a type of the program in bytes; nil if the program doesn't have the type.
  func byteCount(of type: ProgramTypeName) throws -> UInt64?

  /// Whether a name is that of a type of the program.
  func isType(_ name: String) -> Bool

  /// The address of another space to which an address leads, by the target's translation tables; nil if none leads from
  /// one space to the other.
  ///
  /// - Throws: the reason why the address leads nowhere.
  func translation(
    of address: UInt64, from space: AddressSpace, to other: AddressSpace
  ) throws -> UInt64?

  /// The resolver for names after a space's prefix; nil for this resolver.
  func resolver(for space: AddressSpace) -> (any ExpressionResolver)?

  /// Memory as a number, in its own byte order. Without an address space, it is the selected registers'.
  ///
  /// - Parameter byteCount: 1, 2, 4 or 8; nil for the size of an address.
  func load(at address: Value, byteCount: Int?) throws -> UInt64

  /// The variables and the history. A register of the same name takes precedence.
  var variables: Variables { get }
}

extension ExpressionResolver {
  /// By default there are no elements.
  public func element(_ index: UInt64, of path: [String]) throws -> Value? { nil }

  /// By default every register fits.
  public func checkNumber(_ path: [String]) throws {}

  /// By default there are no elements.
  public func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool { false }

  /// By default the program isn't known.
  public func object(named name: String) throws -> ProgramObject? { nil }

  /// By default the program isn't known.
  public func hasObject(named name: String) -> Bool { false }

  /// By default the program isn't known.
  public func object(_ value: Value, as type: ProgramTypeName) throws -> ProgramObject? { nil }

  /// By default the program isn't known.
  public func byteCount(of type: ProgramTypeName) throws -> UInt64? { nil }

  /// By default the program isn't known.
  public func isType(_ name: String) -> Bool { false }

  /// By default nil.
  public func translation(
    of address: UInt64, from space: AddressSpace, to other: AddressSpace
  ) throws -> UInt64? { nil }

  /// By default this resolver.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? { nil }

  /// Parses an expression with the resolver's words.
  public func parse(_ text: String) throws(ExpressionError) -> Expression {
    try Expression(parsing: text, isWord: { word($0) != nil }, isType: isType)
  }

  /// Parses an expression with the resolver's words and evaluates it.
  public func value(of text: String) throws -> Value {
    try parse(text).evaluated(with: self)
  }

  /// The variable that a path names, if no register has its name.
  func variable(_ path: [String]) -> Value? {
    guard path.count == 1, let value = variables[path[0]],
      (try? hasRegister(path)) != true
    else { return nil }
    return value
  }
}
