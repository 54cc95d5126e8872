/// Resolves symbols in the guest first, for expressions after `guest:`.
struct GuestResolver: ExpressionResolver {
  let expressions: SessionExpressions

  func register(_ path: [String]) throws -> Value? { try expressions.register(path) }
  func word(_ name: String) -> Value? { expressions.word(name) }
  var variables: Variables { expressions.variables }
  func hasRegister(_ path: [String]) throws -> Bool { try expressions.hasRegister(path) }
  func element(_ index: UInt64, of path: [String]) throws -> Value? {
    try expressions.element(index, of: path)
  }
  func checkNumber(_ path: [String]) throws { try expressions.checkNumber(path) }
  func translation(
    of address: UInt64, from space: AddressSpace, to other: AddressSpace
  ) throws -> UInt64? { try expressions.translation(of: address, from: space, to: other) }
  func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool {
    try expressions.checkElement(index, of: path)
  }
  func object(named name: String) throws -> ProgramObject? {
    try expressions.object(named: name, in: .guest)
  }
  func hasObject(named name: String) -> Bool { expressions.hasObject(named: name, in: .guest) }
  func object(_ value: Value, as type: ProgramTypeName) throws -> ProgramObject? {
    try expressions.object(value, as: type)
  }
  func byteCount(of type: ProgramTypeName) -> UInt64? { expressions.byteCount(of: type) }
  func isType(_ name: String) -> Bool { expressions.isType(name) }

  func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    try expressions.load(at: address, byteCount: byteCount)
  }

  func address(ofSymbol name: String) throws -> Value? {
    try expressions.address(ofSymbol: name, in: .guest) ?? expressions.address(ofSymbol: name)
  }
}
