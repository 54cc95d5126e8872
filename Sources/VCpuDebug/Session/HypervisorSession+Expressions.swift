internal import ArmVCpu
internal import GDBRemote

/// Names, registers and memory of a session, for the shell's expressions.
extension HypervisorSession: ExpressionResolver {
  /// The value of an expression's text. Behind `guest:` symbols are the guest's.
  public func value(of text: String) throws -> Value {
    try value(of: Expression(parsing: text, isWord: { word($0) != nil }))
  }

  /// The value of an expression.
  public func value(of expression: Expression) throws -> Value {
    try expression.evaluated(with: self)
  }

  /// Carries out `$x0 = 1` or `*address = 1`, and returns the value.
  ///
  /// - Parameter byteCount: how much memory is written; nil for as much as an address has.
  @discardableResult
  public func assign(_ text: String, byteCount: Int? = nil) throws -> Value {
    let byteCount = byteCount ?? architecture.addressByteCount
    let assignment = try Assignment(parsing: text, isWord: { word($0) != nil })
    let value = try value(of: assignment.value)
    switch assignment.target {
    case .register(let path, let column):
      try set(path, to: value.bits, column: column)
    case .memory(let expression):
      let address = try self.value(of: expression)
      guard byteCount >= 8 || value.bits >> UInt64(byteCount * 8) == 0 else {
        throw DebugError.valueTooWide(value.bits, byteCount: byteCount)
      }
      let space = try space(of: address)
      let bytes = byteOrder(of: space).bytes(of: value.bits, byteCount: byteCount)
      try writeMemory(space, address.bits, bytes)
    }
    return value
  }

  /// The space of an address: its own, or that of the registers that `$x0` means now.
  public func space(of address: Value) throws -> AddressSpace {
    guard let space = address.addressSpace else { return try spaceOfSelectedRegisters() }
    switch space {
    case .hypervisor, .guest, .intermediatePhysical:
      try requireHypervisor(for: "\(space.label) addresses")
    case .physical, .plain: break
    }
    return space
  }

  /// The space of the addresses in the registers that `$x0` means now.
  public func spaceOfSelectedRegisters() throws -> AddressSpace {
    guard hasHypervisor else { return .plain }
    return try worldOfSelectedRegisters() == .guest ? .guest : .hypervisor
  }

  /// The space that a CPU executes in.
  public func space(at state: CPUState) -> AddressSpace {
    hasHypervisor ? (state.isAtEL2 ? .hypervisor : .guest) : .plain
  }

  /// Whose registers `$x0` means: the guest's at an exit and while the CPU runs it.
  public func worldOfSelectedRegisters() throws -> World {
    try requireState().isAtEL2 && exit == nil ? .hypervisor : .guest
  }

  private func set(_ path: [String], to value: UInt64, column: Int) throws {
    try requireStopped()
    let (world, rest) = Self.world(of: path)
    guard rest.first?.lowercased() != "exit" || rest.count != 2 else {
      throw DebugError.readOnly(
        path.joined(separator: "."), reason: "it is decoded; set $esr_el2 or a guest register")
    }
    let typed = path.joined(separator: ".")
    try require(world, for: typed)
    guard let name = rest.first, let place = try place(of: name, in: world) else {
      throw ExpressionError(.unknownRegister(path.joined(separator: ".")), column: column)
    }
    guard rest.count > 1 else {
      guard let part = part(name) else { return try write(value, to: place, named: typed) }
      let whole = part.clearsRest ? 0 : try read(place)
      return try write(part.replacing(in: whole, by: value), to: place, named: typed)
    }
    let field = try field(rest[1...], of: name, in: try read(place))
    let mask = (UInt64.max >> UInt64(64 - field.bitWidth)) << UInt64(field.lowBit)
    let shifted = value << UInt64(field.lowBit)
    guard field.bitWidth == 64 || value >> UInt64(field.bitWidth) == 0 else {
      throw DebugError.readOnly(
        path.joined(separator: "."),
        reason: "0x\(String(value, radix: 16)) does not fit its \(field.bitWidth) bits")
    }
    try write(try read(place) & ~mask | shifted, to: place, named: typed)
  }

  private static func world(of path: [String]) -> (World?, [String]) {
    guard path.count > 1, let world = World(rawValue: path[0].lowercased()) else {
      return (nil, path)
    }
    return (world, Array(path.dropFirst()))
  }

  /// The value of a register, of a field of one, or of `$exit.…`.
  public func register(_ path: [String]) throws -> Value? {
    try requireStopped()
    let (world, rest) = Self.world(of: path)
    guard let name = rest.first else { return nil }
    if world == nil, name.lowercased() == "exit" {
      guard rest.count == 2 else { return nil }
      try requireHypervisor(for: "guest exits")
      return try exitValue(rest[1].lowercased())
    }
    try require(world, for: path.joined(separator: "."))
    guard let place = try place(of: name, in: world) else { return nil }
    var bits = try read(place)
    // Where a segment is added to it, `$pc` is still the address of the next instruction.
    if architecture.hasRealMode, name.lowercased() == "pc" { bits = try requireState().pc }
    if rest.count > 1 {
      let field = try field(rest[1...], of: name, in: bits)
      return Value(field.value)
    }
    if let part = part(name) { return Value(part.value(in: bits)) }
    guard holdsAddress(name) else { return Value(bits) }
    let space: AddressSpace =
      switch world {
      case .guest?: .guest
      case .hypervisor?: .hypervisor
      case nil: try spaceOfSelectedRegisters()
      }
    return Value(bits, addressSpace: space, displayType: .address)
  }

  /// Whether a register is known to hold an address: the PC, the stack pointer, and ELR_EL2.
  private func holdsAddress(_ name: String) -> Bool {
    let name = name.lowercased()
    if name == "elr_el2" { return hasHypervisor }
    return ["pc", "sp"].contains { standard in
      name == standard
        || architecture.synonyms.contains { $0.contains(standard) && $0.contains(name) }
    }
  }

  /// Behind `guest:` symbols are the guest's first.
  public func resolver(for space: AddressSpace) -> (any ExpressionResolver)? {
    space == .guest ? GuestResolver(session: self) : nil
  }

  /// The words of the language: the kinds of exits.
  public func word(_ name: String) -> Value? {
    // Where there are no exits, `debug` and `any` may well be symbols.
    guard hasHypervisor else { return nil }
    return ExitClass.allCases.first { $0.word == name }.map {
      Value(UInt64($0.rawValue), displayType: .word($0.word))
    }
  }

  /// The address of a symbol of the hypervisor, else of the guest.
  public func address(ofSymbol name: String) -> Value? {
    guard hasHypervisor else {
      return (symbols?.address(of: name) ?? guestSymbols?.address(of: name)).map {
        Value($0, addressSpace: .plain, displayType: .address)
      }
    }
    if let address = symbols?.address(of: name) {
      return Value(address, addressSpace: .hypervisor, displayType: .address)
    }
    return guestSymbols?.address(of: name).map {
      Value($0, addressSpace: .guest, displayType: .address)
    }
  }

  /// As much memory as an address has: 64 bits, or 32.
  public func load(at address: Value) throws -> UInt64 {
    let space = try space(of: address)
    let bytes = try readMemory(space, address.bits, byteCount: architecture.addressByteCount)
    return byteOrder(of: space).integer(bytes) ?? 0
  }
}

/// Resolves symbols in the guest first, for expressions behind `guest:`.
private struct GuestResolver: ExpressionResolver {
  let session: HypervisorSession

  func register(_ path: [String]) throws -> Value? { try session.register(path) }
  func word(_ name: String) -> Value? { session.word(name) }
  func load(at address: Value) throws -> UInt64 { try session.load(at: address) }

  func address(ofSymbol name: String) throws -> Value? {
    session.guestSymbols?.address(of: name).map {
      Value($0, addressSpace: .guest, displayType: .address)
    } ?? session.address(ofSymbol: name)
  }
}
