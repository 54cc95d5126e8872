internal import ArmVCpu
internal import GDBRemote

/// Writing registers, memory and variables of the program.
extension SessionExpressions {
  /// The value of an expression, or of an assignment, which is carried out: the argument of
  /// `print`.
  public func evaluate(_ text: String) throws -> AssignedValue {
    switch try Evaluation(parsing: text, isWord: { word($0) != nil }, isType: isType) {
    case .expression(let expression):
      return AssignedValue(value: try value(of: expression), note: nil)
    case .assignment(let assignment): return try assign(assignment)
    }
  }

  /// Carries out `$x0 = 1`, `$name += 1` or `*(uint32_t *)address = 1`.
  ///
  /// - Parameters:
  ///   - byteCount: how much memory is written; nil for the size of the type, or of an address.
  ///   - isForced: whether a register may be written whose change may break EL2's own execution.
  @discardableResult
  public func assign(
    _ text: String, byteCount: Int? = nil, isForced: Bool = false
  ) throws -> AssignedValue {
    try assign(
      Assignment(parsing: text, isWord: { word($0) != nil }, isType: isType), byteCount: byteCount,
      isForced: isForced)
  }

  /// Carries out an assignment.
  @discardableResult
  public func assign(
    _ assignment: Assignment, byteCount: Int? = nil, isForced: Bool = false
  ) throws -> AssignedValue {
    switch assignment.target {
    case .register(let path, let column):
      guard byteCount == nil else {
        throw DebugError.sizeOfRegister(path.joined(separator: "."))
      }
      let value = try value(of: assignment.value)
      if Variables.canHold(path), try !hasRegister(path) {
        variables[path[0]] = value
        return AssignedValue(value: value, note: nil)
      }
      let note = try registers.set(path, to: value, column: column, isForced: isForced)
      return AssignedValue(value: value, note: note)
    case .slice(let path, let high, let low, let column):
      guard byteCount == nil else {
        throw DebugError.sizeOfRegister(path.joined(separator: "."))
      }
      let value = try value(of: assignment.value)
      let top = try self.value(of: high)
      if low == nil,
        try NoSuchField.placing(
          at: column, { try registers.setElement(top.bits, of: path, to: value) })
      {
        return AssignedValue(value: value, note: nil)
      }
      let bottom = try low.map { try self.value(of: $0) } ?? top
      let old = try self.value(of: .register(path, column: column))
      let whole = try old.replacingBits(high: top, low: bottom, by: value, column: column)
      if variable(path) != nil {
        variables[path[0]] = whole
        return AssignedValue(value: value, note: nil)
      }
      let note = try registers.set(path, to: whole, column: column, isForced: isForced)
      return AssignedValue(value: value, note: note)
    case .object(let target):
      guard let object = try value(of: target).object else {
        throw ExpressionError(.notAStructure(target.description), column: target.column)
      }
      return try store(assignment, in: object)
    case .place(let target):
      if !target.isAddress, let object = try value(of: target).object {
        return try store(assignment, in: object)
      }
      let type =
        try byteCount.flatMap(TypeName.init(byteCount:)) ?? nameOfType(of: target)
      return try store(assignment, at: target, as: type)
    case .memory(let target, nil) where byteCount == nil:
      // What a pointer of the program points at has a type.
      if let object = try value(of: target).object, object.hasElements {
        return try store(assignment, in: try object.dereferenced())
      }
      return try store(assignment, at: target, as: nil)
    case .memory(let target, let name):
      return try store(
        assignment, at: target, as: byteCount.flatMap(TypeName.init(byteCount:)) ?? name)
    }
  }

  /// Changes a variable of the program, or a part of one, and nothing next to it.
  private func store(_ assignment: Assignment, in object: ProgramObject) throws -> AssignedValue {
    let value = try value(of: assignment.value(of: object))
    let writes = try ProgramError.placing(at: assignment.value.column) {
      try object.writes(value)
    }
    var written: AssignedValue.Memory?
    for write in writes {
      switch write {
      case .memory(let address, let bytes):
        let parts = try memory.write(object.space, address, bytes, isLocated: true)
        written = AssignedValue.Memory(space: object.space, parts: parts)
      case .register(let number, let value):
        try registers.set(register: number, to: value)
      }
    }
    object.invalidate()
    return AssignedValue(value: value, note: nil, written: written)
  }

  /// Writes memory, of the size of a type or of an address.
  private func store(
    _ assignment: Assignment, at target: Expression, as type: TypeName?
  ) throws -> AssignedValue {
    let value = try value(of: assignment.value(ofOld: type))
    let address = try self.value(of: target)
    let byteCount = type?.type.byteCount ?? access.architecture.addressByteCount
    guard value.fits(bitWidth: byteCount * 8) else {
      throw DebugError.valueTooWide(value.bits, byteCount: byteCount)
    }
    let space = try space(of: address)
    let bytes = memory.byteOrder(of: space).bytes(of: value.bits, byteCount: byteCount)
    let parts = try memory.write(space, address.bits, bytes, isLocated: true)
    return AssignedValue(
      value: value, note: nil, written: AssignedValue.Memory(space: space, parts: parts))
  }

  /// The memory that an expression names: `*(uint32_t *)ADDRESS`, a symbol, or an address.
  ///
  /// - Returns: its address, and how many bytes it has; for an address alone as many as an address.
  public func memory(namedBy text: String) throws -> (address: Value, byteCount: Int) {
    let expression = try parse(text)
    if let object = try objectNamed(by: expression) {
      return try ProgramError.placing(at: expression.column) {
        guard let address = object.address else { throw ValueError.noAddress }
        return (
          Value(address, addressSpace: object.space, displayType: .address),
          Int(clamping: try object.byteCount())
        )
      }
    }
    switch expression {
    case .load(let address, let type, _):
      return (
        try value(of: address), type?.type.byteCount ?? access.architecture.addressByteCount
      )
    default: break
    }
    let address = try value(of: expression)
    let symbol = namedSymbol(expression)?.symbol
    if let symbol, symbol.kind != .function, symbol.byteCount > 0 {
      return (address, Int(clamping: symbol.byteCount))
    }
    return (address, access.architecture.addressByteCount)
  }

  /// The variable, or the part of one, that an expression names: also a pointer itself. Nil for an address, whose memory
  /// isn't read.
  private func objectNamed(by expression: Expression) throws -> ProgramObject? {
    switch expression {
    case .programCast, .load(_, _?, _): return nil
    case .load(let address, nil, _):
      guard let object = try value(of: address).object, object.hasElements else { return nil }
      return try ProgramError.placing(at: expression.column) { try object.dereferenced() }
    default: return try value(of: expression).object
    }
  }

  /// The type of what a symbol names, by its size; nil for an address without a symbol.
  ///
  /// - Throws: `DebugError.sizeOfSymbol` where it isn't a number's.
  private func nameOfType(of target: Expression) throws -> TypeName? {
    guard let (name, found) = namedSymbol(target), let symbol = found else { return nil }
    guard symbol.kind != .function, let type = TypeName(byteCount: Int(clamping: symbol.byteCount))
    else { throw DebugError.sizeOfSymbol(name, byteCount: symbol.byteCount) }
    return type
  }

  /// The symbol that an expression is the name of; nil for another expression.
  private func namedSymbol(_ expression: Expression) -> (name: String, symbol: Symbol?)? {
    switch expression {
    case .name(let name, _, _), .addressOf(.name(let name, _, _), _):
      (name, symbols(named: name).first?.symbol)
    case .inSpace(let space, .name(let name, _, _), _):
      (name, (symbols(named: name, in: space.kind).first ?? symbols(named: name).first)?.symbol)
    default: nil
    }
  }
}

extension Variables {
  /// Whether a name can be a variable's: prefixes of registers and of the exit can't.
  fileprivate static func canHold(_ path: [String]) -> Bool {
    path.count == 1 && !["exit", "guest", "hv"].contains(path[0].lowercased())
  }

  /// Carries out `$name = 1` or `$name += 1` without a session.
  ///
  /// - Throws: `DebugError.detached` for a register or memory, which don't exist then.
  @discardableResult
  public func assign(_ text: String) throws -> Value {
    let assignment = try Assignment(parsing: text)
    guard let path = assignment.target.path, Self.canHold(path) else { throw DebugError.detached }
    let value = try assignment.value.evaluated(with: self)
    if case .slice(_, let high, let low, let column) = assignment.target {
      let top = try high.evaluated(with: self)
      let old = try Expression.register(path, column: column).evaluated(with: self)
      self[path[0]] = try old.replacingBits(
        high: top, low: low?.evaluated(with: self) ?? top, by: value, column: column)
    } else {
      self[path[0]] = value
    }
    return value
  }
}

/// The result of an assignment.
public struct AssignedValue: Equatable, Sendable {
  /// What was assigned.
  public let value: Value
  /// A note about it: for instance that a register did not accept all of the value.
  public let note: String?
  /// The memory that was written; nil for a register and a variable.
  public var written: Memory?

  /// Memory that was written.
  public struct Memory: Equatable, Sendable {
    /// The space of its address.
    public let space: AddressSpace
    /// Where its bytes are; empty if that isn't known, or if the address is physical.
    public let parts: [MemoryPart]
  }
}

extension Expression {
  /// Whether it is `&name`, perhaps after a space: what is assigned to goes to the address, as without types.
  fileprivate var isAddress: Bool {
    switch self {
    case .addressOf: true
    case .inSpace(_, let operand, _): operand.isAddress
    default: false
    }
  }
}
