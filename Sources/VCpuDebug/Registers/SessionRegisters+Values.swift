internal import ArmVCpu
internal import GDBRemote

/// Registers, fields of registers and `$exit.…` by the names that the user types.
extension SessionRegisters {
  /// Changes the register, or the field of one, that a path names.
  ///
  /// - Parameters:
  ///   - column: the column of the name in the text, for the error about an unknown one.
  ///   - isForced: whether a register may be changed whose change may break EL2's own execution.
  /// - Returns: a note, for instance that the register did not accept all of the value.
  @discardableResult
  public func set(
    _ path: [String], to number: Value, column: Int, isForced: Bool = false
  ) throws -> String? {
    try access.requireStopped()
    let value = number.bits
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
      guard let part = part(name) else {
        if case .cpu = place, let register = wideRegister(named: name) {
          try set(register, to: number, named: typed)
          return nil
        }
        return try write(value, to: place, named: typed, isForced: isForced)
      }
      guard
        part.bitWidth == 64 || value >> UInt64(part.bitWidth) == 0
          || Int64(bitPattern: value) >> UInt64(part.bitWidth - 1) == -1
      else {
        throw DebugError.readOnly(
          typed, reason: "0x\(String(value, radix: 16)) does not fit its \(part.bitWidth) bits")
      }
      let whole = part.clearsRest ? 0 : try read(place, named: typed)
      return try write(
        part.replacing(in: whole, by: value), to: place, named: typed, isForced: isForced)
    }
    let old = try read(place, named: typed)
    let whole = try NoSuchField.placing(at: column) {
      try replacing(rest[1...], of: name, in: old, by: value)
    }
    return try write(whole, to: place, named: rest[0], isForced: isForced)
  }

  /// Changes a general register of the frame that commands are about, by its DWARF number.
  func set(register number: Int, to value: UInt64) throws {
    guard let architecture = UnwindArchitecture(architecture),
      architecture.names.indices.contains(number)
    else {
      throw DebugError.readOnly("\(number)", reason: "the debugger doesn't know the register")
    }
    let name = architecture.names[number]
    guard let place = try place(of: name, in: nil) else { return }
    _ = try write(value, to: place, named: name)
  }

  static func world(of path: [String]) -> (world: World?, rest: [String]) {
    guard path.count > 1, let world = World(rawValue: path[0].lowercased()) else {
      return (nil, path)
    }
    return (world, Array(path.dropFirst()))
  }

  /// Whether there is a register, a field of one, or a part of the exit with such a name, whatever the value. Nothing
  /// is read.
  ///
  /// - Throws: `DebugError.noHypervisor` for something that needs a hypervisor, `NoSuchField` for a field.
  func has(_ path: [String]) throws -> Bool {
    let (world, rest) = Self.world(of: path)
    guard let name = rest.first else { return false }
    if world == nil, name.lowercased() == "exit", rest.count > 1 {
      try access.requireHypervisor(for: "guest exits")
      return rest.count == 2 && Exits.fieldNames.contains(rest[1].lowercased())
    }
    if world != nil {
      try access.requireHypervisor(for: "separate registers of a guest and its hypervisor")
    }
    if world == nil, rest.count == 1, WorldNumber(rawValue: name.lowercased()) != nil,
      access.hasHypervisor
    {
      return true
    }
    guard isRegister(name) else { return false }
    if let register = wideRegister(named: name) { return hasPart(rest.dropFirst(), of: register) }
    if rest.count > 1 { try requireField(Self.withoutRaw(rest[1...]).names, of: name) }
    return true
  }

  /// Whether a name is a register's, of the CPU or of the exit.
  private func isRegister(_ name: String) -> Bool {
    let whole = part(name)?.register ?? name
    return system.register(named: whole) != nil
      || architecture.register(whole, in: access.target.registers) != nil
      || wideRegister(named: whole) != nil
      || access.hasHypervisor
        && ExitPart(named: whole.lowercased(), pstate: SPSR_EL2(rawValue: 0)) != nil
  }

  /// The value of a register, of a field of one, or of `$exit.…`.
  public func value(of path: [String]) throws -> Value? {
    try access.requireStopped()
    let (world, rest) = Self.world(of: path)
    guard let name = rest.first else { return nil }
    if world == nil, name.lowercased() == "exit" {
      guard rest.count == 2 else { return nil }
      try access.requireHypervisor(for: "guest exits")
      return try exits.value(ofField: rest[1].lowercased())
    }
    if world == nil, rest.count == 1, let number = WorldNumber(rawValue: name.lowercased()),
      access.hasHypervisor
    {
      return Value(try number.value(in: exits.memory))
    }
    let typed = path.joined(separator: ".")
    try require(world, for: typed)
    guard let place = try place(of: name, in: world) else { return nil }
    if let part = part(name), let register = wideRegister(named: part.register) {
      return Value(part.value(in: try lowBits(of: register)))
    }
    if let register = wideRegister(named: name) {
      throw tooWide(rest.dropFirst(), of: register, typed: typed)
    }
    var bits = try read(place, named: typed)
    // If a segment is added to it, `$pc` is still the address of the next instruction.
    if architecture.hasRealMode, name.lowercased() == "pc" { bits = try access.requireState().pc }
    if rest.count > 1 {
      let (names, isRaw) = Self.withoutRaw(rest[1...])
      let field = try field(names, of: name, in: bits)
      guard let address = field.address, !isRaw else { return Value(field.value) }
      return Value(
        address, addressSpace: space(ofAddressIn: name), displayType: .address)
    }
    if let part = part(name) { return Value(part.value(in: bits)) }
    guard holdsAddress(name) else { return Value(bits) }
    return Value(bits, addressSpace: try space(of: name, at: place, world), displayType: .address)
  }

  /// The space of the address in a register.
  private func space(of name: String, at place: RegisterPlace, _ world: World?) throws
    -> AddressSpace
  {
    // The level that EL2 was entered from, which may be EL2 itself.
    if name.lowercased() == "elr_el2", case .system = place,
      let spsr = try? access.readRegister("SPSR_EL2")
    {
      return SPSR_EL2(rawValue: spsr).exceptionLevel == 2 ? .hypervisor : .guest
    }
    switch world {
    case .guest?: return .guest
    case .hypervisor?: return .hypervisor
    case nil: return try selectedSpace()
    }
  }

  /// Whether a register is known to hold an address: the PC, the stack pointer, and ELR_EL2.
  func holdsAddress(_ name: String) -> Bool {
    let name = name.lowercased()
    if name == "elr_el2" { return access.hasHypervisor }
    return ["pc", "sp"].contains { standard in
      name == standard
        || architecture.synonyms.contains { $0.contains(standard) && $0.contains(name) }
    }
  }
}
