internal import ArmVCpu
internal import GDBRemote

/// Expressions over a session: they resolve its registers, symbols and memory, and the variables of its owner.
public final class SessionExpressions: ExpressionResolver {
  let access: TargetAccess
  let memory: SessionMemory
  let registers: SessionRegisters
  let walks: SessionWalks
  let modules: SessionModules
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

  /// The same for an expression that is evaluated when a CPU is at one of a location's instructions: names may be those of
  /// variables there.
  func check(_ expression: Expression, at place: CodeLocation) throws {
    var failure: (any Error)?
    for address in place.addresses {
      do {
        return try values.looking(at: address, in: place.space) { try check(expression) }
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
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

  func object(
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

  func hasObject(named name: String, in kind: AddressSpace.Kind?) -> Bool {
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

  func address(ofSymbol name: String, in kind: AddressSpace.Kind?) throws -> Value? {
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

  /// Where breakpoints for the functions of a name belong: after their prologues, and in their inlined copies, also of
  /// one that has no other code. Empty for no name.
  func bodies(named text: String) -> [Value] {
    let symbols = symbols(meantBy: text)
    guard let module = symbols.first?.module ?? nil else { return inlinedCopies(named: text) }
    let space = addressSpace(of: module)
    let bodies = symbols.map { $0.module.bodyAddress(of: $0.symbol) }
    let copies = Set(symbols.map(\.symbol.name)).flatMap { module.inlinedCopies(named: $0) }
    return (bodies + copies).map { Value($0, addressSpace: space, displayType: .address) }
  }

  /// The instructions that a location means to people who look at the code, rather than stop there: where functions of
  /// that name begin, also inlined copies; the value of an expression, perhaps after `*`.
  public func places(of text: String) throws -> [(address: UInt64, space: AddressSpace)] {
    var values = functions(named: text)
    if values.isEmpty { values = inlinedCopies(named: text) }
    if values.isEmpty {
      values = [try value(of: parse(text.hasPrefix("*") ? String(text.dropFirst()) : text))]
    }
    return try values.map { ($0.bits, try space(of: $0)) }
  }

  /// The inlined copies of a function that no symbol is named after, in the first module that has any.
  private func inlinedCopies(named text: String) -> [Value] {
    let (name, kind) = Self.split(text)
    // An expression isn't a function's name.
    guard let first = name.first, first.isLetter || first == "_" else { return [] }
    for space in Self.spaces(of: kind) {
      for module in modules.of(space)?.modules ?? [] {
        let copies = module.inlinedCopies(named: name)
        guard copies.isEmpty else {
          let space = addressSpace(of: module)
          return copies.map { Value($0, addressSpace: space, displayType: .address) }
        }
      }
    }
    return []
  }

  /// The symbols that a person may mean by a name, perhaps after `guest:` or `hv:`, all of the same module.
  public func symbols(meantBy text: String) -> [(module: Module, symbol: Symbol)] {
    guard !text.hasPrefix("*") else { return [] }
    let (name, kind) = Self.split(text)
    return symbols(named: name, in: kind)
  }

  /// A name without `guest:` or `hv:`, and which space that means.
  private static func split(_ text: String) -> (name: String, kind: AddressSpace.Kind?) {
    for prefix in [AddressSpace.guest, .hypervisor] where text.hasPrefix(prefix.label) {
      return (String(text.dropFirst(prefix.label.count)), prefix.kind)
    }
    return (text, nil)
  }

  /// Where a name is looked up: in a space, or else in the hypervisor's and then the guest's.
  private static func spaces(of kind: AddressSpace.Kind?) -> [AddressSpace] {
    switch kind {
    case .guest: [.guest]
    case .hypervisor: [.hypervisor]
    default: [.hypervisor, .guest]
    }
  }

  /// The symbols of a name in the first module that knows it; of a space's, or else of the hypervisor's and then the
  /// guest's.
  func symbols(
    named name: String, in kind: AddressSpace.Kind? = nil
  ) -> [(module: Module, symbol: Symbol)] {
    for space in Self.spaces(of: kind) {
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
