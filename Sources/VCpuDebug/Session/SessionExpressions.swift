internal import ArmVCpu
internal import GDBRemote

/// Expressions over a session: they resolve its registers, symbols and memory, and the variables of its owner.
public final class SessionExpressions: ExpressionResolver {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let registers: SessionRegisters
  private let walks: SessionWalks
  fileprivate let modules: SessionModules
  let values: SessionValues
  /// The variables of the session's owner, and the history.
  public let variables: Variables

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ registers: SessionRegisters,
    _ walks: SessionWalks, _ modules: SessionModules, _ values: SessionValues,
    _ variables: Variables
  ) {
    self.values = values
    self.access = access
    self.memory = memory
    self.registers = registers
    self.walks = walks
    self.modules = modules
    self.variables = variables
  }

  /// The value of an expression's text. After `guest:` symbols are the guest's.
  public func value(of text: String) throws -> Value {
    try value(of: parse(text))
  }

  /// The value of an expression.
  public func value(of expression: Expression) throws -> Value {
    try expression.evaluated(with: self)
  }

  /// Throws unless each name in an expression exists: registers and fields (by name, not by value), symbols,
  /// words, variables. Nothing is read from the target.
  ///
  /// - Throws: `ExpressionError` with the column, `DebugError.noHypervisor` for something that needs a hypervisor.
  public func check(_ expression: Expression) throws { try expression.check(with: self) }

  // MARK: Assigning

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

  // MARK: Names

  /// The space of an address: its own, or that of the registers that `$x0` means now.
  public func space(of address: Value) throws -> AddressSpace {
    guard let space = address.addressSpace else { return try registers.selectedSpace() }
    switch space.kind {
    case .hypervisor, .guest, .program, .intermediatePhysical:
      try access.requireHypervisor(for: "\(space.label) addresses")
    case .physical, .plain: break
    }
    return space
  }

  /// The value of a register, of a field of one, or of `$exit.…`.
  public func register(_ path: [String]) throws -> Value? { try registers.value(of: path) }

  /// The variable of the program that a name means, with its members after dots.
  public func object(named name: String) throws -> ProgramObject? {
    try object(named: name, in: nil)
  }

  fileprivate func object(
    named name: String, in kind: AddressSpace.Kind?
  ) throws -> ProgramObject? {
    let parts = name.split(separator: ".").map(String.init)
    guard let first = parts.first, var object = try values.object(named: first, in: kind) else {
      return nil
    }
    for part in parts.dropFirst() { object = try object.member(named: part) }
    return object
  }

  /// Whether there is such a variable.
  public func hasObject(named name: String) -> Bool { hasObject(named: name, in: nil) }

  fileprivate func hasObject(named name: String, in kind: AddressSpace.Kind?) -> Bool {
    values.hasObject(named: name.split(separator: ".").first.map(String.init) ?? "", in: kind)
  }

  /// A number or a value of the program as another type.
  public func object(_ value: Value, as type: ProgramTypeName) throws -> ProgramObject? {
    try values.object(value, as: type)
  }

  /// The size of a type of the program in bytes.
  public func byteCount(of type: ProgramTypeName) -> UInt64? { values.byteCount(of: type) }

  /// Whether a name is that of a type of the program.
  public func isType(_ name: String) -> Bool { values.isType(name) }

  /// An element of a vector register.
  public func element(_ index: UInt64, of path: [String]) throws -> Value? {
    try registers.element(index, of: path)
  }

  /// Throws if a register has too many bits for a number.
  public func checkNumber(_ path: [String]) throws { try registers.checkNumber(path) }

  /// Finds what is wrong with an element of a vector register.
  public func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool {
    try registers.checkElement(index, of: path)
  }

  /// Whether there is a register or a field with a name, whatever its value.
  ///
  /// - Throws: `DebugError.noHypervisor` for something that needs a hypervisor.
  public func hasRegister(_ path: [String]) throws -> Bool { try registers.has(path) }

  /// Where the tables lead: from `guest:` to `ipa:` and `pa:`, from `ipa:` and `hv:` to `pa:`.
  public func translation(
    of address: UInt64, from space: AddressSpace, to other: AddressSpace
  ) throws -> UInt64? {
    // The same address as another vCPU or VM sees it.
    if space.kind == other.kind, other.owner != nil { return address }
    switch (space.kind, other.kind) {
    // What an owner's address leads to belongs to that owner, up to the machine's own addresses.
    case _ where other.owner != space.owner && other.kind != .physical: return nil
    case (.guest, .intermediatePhysical), (.guest, .physical), (.intermediatePhysical, .physical),
      (.program, .physical), (.hypervisor, .physical):
      let stages: SessionWalks.Stages = other.kind == .intermediatePhysical ? .stage1 : .all
      let walk = try walks.walk(address, in: space, stages)
      guard let output = walk.output else {
        throw DebugError.unmapped(space, address, walk.reason ?? "no memory is mapped there")
      }
      return output
    default: return nil
    }
  }

  /// After `guest:` symbols are the guest's first.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? {
    space.kind == .guest ? GuestResolver(expressions: self) : nil
  }

  /// The words of the language: the kinds of exits.
  public func word(_ name: String) -> Value? {
    // Without exits, `debug` and `any` may well be symbols.
    guard access.hasHypervisor else { return nil }
    return ExitClass.allCases.first { $0.word == name }.map {
      Value(UInt64($0.rawValue), displayType: .word($0.word))
    }
  }

  /// The address of a symbol of the hypervisor, or else of the guest.
  ///
  /// - Throws: `DebugError.ambiguousName` for the name of several functions.
  public func address(ofSymbol name: String) throws -> Value? {
    try address(ofSymbol: name, in: nil)
  }

  fileprivate func address(ofSymbol name: String, in kind: AddressSpace.Kind?) throws -> Value? {
    let found = symbols(named: name, in: kind)
    guard let first = found.first else { return nil }
    // Of equal names in a file the global one is meant, or the first.
    guard found.count == 1 || found.allSatisfy({ $0.symbol.name == name }) else {
      throw DebugError.ambiguousName(name, found.map { $0.module.displayName(of: $0.symbol) })
    }
    return Value(
      first.symbol.address, addressSpace: addressSpace(of: first.module), displayType: .address)
  }

  /// The functions, and labels, that a person may mean by a name, all of the same space; empty for no name.
  func functions(named text: String) -> [Value] {
    symbols(meantBy: text).map {
      Value(
        $0.symbol.address, addressSpace: addressSpace(of: $0.module), displayType: .address)
    }
  }

  /// Where breakpoints for the functions of a name belong: after their prologues, and in their inlined copies. Empty
  /// for no name.
  func bodies(named text: String) -> [Value] {
    let symbols = symbols(meantBy: text)
    guard let module = symbols.first?.module ?? nil else { return [] }
    let space = addressSpace(of: module)
    let bodies = symbols.map { $0.module.bodyAddress(of: $0.symbol) }
    let copies = Set(symbols.map(\.symbol.name)).flatMap { module.inlinedCopies(named: $0) }
    return (bodies + copies).map { Value($0, addressSpace: space, displayType: .address) }
  }

  /// The symbols that a person may mean by a name, perhaps after `guest:` or `hv:`, all of the same module.
  public func symbols(meantBy text: String) -> [(module: Module, symbol: Symbol)] {
    guard !text.hasPrefix("*") else { return [] }
    var (name, kind) = (text, nil as AddressSpace.Kind?)
    for prefix in [AddressSpace.guest, .hypervisor] where name.hasPrefix(prefix.label) {
      name = String(name.dropFirst(prefix.label.count))
      kind = prefix.kind
    }
    return symbols(named: name, in: kind)
  }

  /// The symbols of a name in the first module that knows it; of a space's, or else of the hypervisor's and then the
  /// guest's.
  private func symbols(
    named name: String, in kind: AddressSpace.Kind? = nil
  ) -> [(module: Module, symbol: Symbol)] {
    let spaces: [AddressSpace] =
      switch kind {
      case .guest: [.guest]
      case .hypervisor: [.hypervisor]
      default: [.hypervisor, .guest]
      }
    for space in spaces {
      for module in modules.needed(in: space)?.modules ?? [] {
        let found = module.symbols(named: name)
        if !found.isEmpty { return found.map { (module, $0) } }
      }
    }
    return []
  }

  /// The space of a module's addresses.
  private func addressSpace(of module: Module) -> AddressSpace {
    access.hasHypervisor ? module.space : .plain
  }

  /// Memory as a number: without a number of bytes 64 bits, or 32 if addresses have only 32.
  public func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    let space = try space(of: address)
    let bytes = try memory.read(
      space, address.bits, byteCount: byteCount ?? access.architecture.addressByteCount)
    return memory.byteOrder(of: space).integer(bytes) ?? 0
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

/// Resolves symbols in the guest first, for expressions after `guest:`.
private struct GuestResolver: ExpressionResolver {
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
