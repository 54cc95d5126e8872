internal import ArmVCpu
internal import GDBRemote

/// Expressions over a session: they resolve its registers, symbols and memory.
public final class SessionExpressions: ExpressionResolver {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let registers: SessionRegisters
  fileprivate let symbols: SessionSymbols

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ registers: SessionRegisters,
    _ symbols: SessionSymbols
  ) {
    self.access = access
    self.memory = memory
    self.registers = registers
    self.symbols = symbols
  }

  /// The value of an expression's text. After `guest:` symbols are the guest's.
  public func value(of text: String) throws -> Value {
    try value(of: parse(text))
  }

  /// The expression of a text, with the words of the language.
  public func parse(_ text: String) throws -> Expression {
    try Expression(parsing: text, isWord: { word($0) != nil })
  }

  /// The value of an expression.
  public func value(of expression: Expression) throws -> Value {
    try expression.evaluated(with: self)
  }

  /// Carries out `$x0 = 1` or `*address = 1`.
  ///
  /// - Parameters:
  ///   - byteCount: how much memory is written; nil for as much as an address has.
  ///   - isForced: whether a register may be written that may take EL2's ground away.
  @discardableResult
  public func assign(
    _ text: String, byteCount: Int? = nil, isForced: Bool = false
  ) throws -> AssignedValue {
    var note: String?
    let byteCount = byteCount ?? access.architecture.addressByteCount
    let assignment = try Assignment(parsing: text, isWord: { word($0) != nil })
    let value = try value(of: assignment.value)
    switch assignment.target {
    case .register(let path, let column):
      note = try registers.set(path, to: value.bits, column: column, isForced: isForced)
    case .memory(let expression):
      let address = try self.value(of: expression)
      guard byteCount >= 8 || value.bits >> UInt64(byteCount * 8) == 0 else {
        throw DebugError.valueTooWide(value.bits, byteCount: byteCount)
      }
      let space = try space(of: address)
      let bytes = memory.byteOrder(of: space).bytes(of: value.bits, byteCount: byteCount)
      try memory.write(space, address.bits, bytes)
    }
    return AssignedValue(value: value, note: note)
  }

  /// The space of an address: its own, or that of the registers that `$x0` means now.
  public func space(of address: Value) throws -> AddressSpace {
    guard let space = address.addressSpace else { return try registers.selectedSpace() }
    switch space {
    case .hypervisor, .guest, .intermediatePhysical:
      try access.requireHypervisor(for: "\(space.label) addresses")
    case .physical, .plain: break
    }
    return space
  }

  /// The value of a register, of a field of one, or of `$exit.…`.
  public func register(_ path: [String]) throws -> Value? { try registers.value(of: path) }

  /// After `guest:` symbols are the guest's first.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? {
    space == .guest ? GuestResolver(expressions: self) : nil
  }

  /// The words of the language: the kinds of exits.
  public func word(_ name: String) -> Value? {
    // Where there are no exits, `debug` and `any` may well be symbols.
    guard access.hasHypervisor else { return nil }
    return ExitClass.allCases.first { $0.word == name }.map {
      Value(UInt64($0.rawValue), displayType: .word($0.word))
    }
  }

  /// The address of a symbol of the hypervisor, else of the guest.
  public func address(ofSymbol name: String) -> Value? {
    guard access.hasHypervisor else {
      return (symbols.hypervisor?.address(of: name) ?? symbols.guest?.address(of: name)).map {
        Value($0, addressSpace: .plain, displayType: .address)
      }
    }
    if let address = symbols.hypervisor?.address(of: name) {
      return Value(address, addressSpace: .hypervisor, displayType: .address)
    }
    return symbols.guest?.address(of: name).map {
      Value($0, addressSpace: .guest, displayType: .address)
    }
  }

  /// As much memory as an address has: 64 bits, or 32.
  public func load(at address: Value) throws -> UInt64 {
    let space = try space(of: address)
    let bytes = try memory.read(
      space, address.bits, byteCount: access.architecture.addressByteCount)
    return memory.byteOrder(of: space).integer(bytes) ?? 0
  }
}

/// What came of an assignment.
public struct AssignedValue: Equatable, Sendable {
  /// What was assigned.
  public let value: Value
  /// What is to be said of it: that a register has not taken all of the value, for instance.
  public let note: String?
}

/// Resolves symbols in the guest first, for expressions after `guest:`.
private struct GuestResolver: ExpressionResolver {
  let expressions: SessionExpressions

  func register(_ path: [String]) throws -> Value? { try expressions.register(path) }
  func word(_ name: String) -> Value? { expressions.word(name) }
  func load(at address: Value) throws -> UInt64 { try expressions.load(at: address) }

  func address(ofSymbol name: String) throws -> Value? {
    expressions.symbols.guest?.address(of: name).map {
      Value($0, addressSpace: .guest, displayType: .address)
    } ?? expressions.address(ofSymbol: name)
  }
}
