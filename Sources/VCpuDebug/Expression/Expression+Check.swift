extension Expression {
  /// Throws unless each name in the expression exists: registers and fields (by name, not by value), symbols,
  /// words, variables, values of the history. Nothing is read from a target.
  ///
  /// - Throws: `ExpressionError` with the column, and what the resolver throws for an impossible register.
  public func check(with resolver: some ExpressionResolver) throws {
    switch self {
    case .literal: break
    case .name(let name, let isQuoted, let column):
      if !isQuoted, resolver.word(name) != nil { return }
      if resolver.hasObject(named: name) { return }
      guard try resolver.address(ofSymbol: name) != nil else {
        throw ExpressionError(.unknownName(name), column: column)
      }
    case .addressOf(.name(let name, _, _), let column):
      if resolver.hasObject(named: name) { return }
      guard try resolver.address(ofSymbol: name) != nil else {
        throw ExpressionError(.notASymbol(name), column: column)
      }
    case .register(let path, let column):
      let isKnown = try NoSuchField.placing(at: column) {
        try resolver.variable(path) != nil || resolver.hasRegister(path)
          || resolver.variables[path[0]]?.object != nil
      }
      guard isKnown else {
        try NoSuchField.placing(at: column) { try resolver.checkNumber(path) }
        throw ExpressionError(.unknownRegister(path.joined(separator: ".")), column: column)
      }
      if resolver.variable(path) == nil, resolver.variables[path[0]]?.object == nil {
        try resolver.checkNumber(path)
      }
    case .slice(.register(let path, let column), let index, nil, _)
    where try Self.isElement(path, index, column, resolver):
      try index.check(with: resolver)
    case .history(let place, let column):
      guard resolver.variables[place] != nil else {
        throw ExpressionError(
          .notInHistory(place.text, count: resolver.variables.history.count), column: column)
      }
    case .inSpace(let space, let address, _):
      if let inner = resolver.resolver(for: space) {
        try address.check(with: inner)
      } else {
        try address.check(with: resolver)
      }
    default: for child in children { try child.check(with: resolver) }
    }
  }

  /// Whether an index means an element of a vector register. If the index is known, the element
  /// must exist.
  private static func isElement(
    _ path: [String], _ index: Expression, _ column: Int, _ resolver: some ExpressionResolver
  ) throws -> Bool {
    try NoSuchField.placing(at: column) {
      try resolver.checkElement(
        index.constant.flatMap { UInt64(exactly: $0) }, of: path)
    }
  }
}
