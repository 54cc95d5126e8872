internal import ArmVCpu
internal import GDBRemote

/// The registers of a session by name: where each is now, and its value.
///
/// Without a prefix, a name means the guest's register at a caught exit, and the CPU's at any other stop.
public final class SessionRegisters {
  let access: TargetAccess
  let exits: Exits
  /// The stack, whose selected frame has the registers without a prefix.
  let stack: SessionStack
  /// The system registers of the CPU.
  public let system: SystemRegisters
  /// What `fixedField(_:of:)` found, by the path in lower case.
  var fixedFields: [String: FixedField?] = [:]
  var architecture: Architecture { access.architecture }

  init(
    _ access: TargetAccess, _ exits: Exits, _ stack: SessionStack, _ system: SystemRegisters
  ) {
    self.access = access
    self.stack = stack
    self.exits = exits
    self.system = system
  }

  // MARK: Places

  /// Where the register `name` is; nil if there is none.
  func place(of name: String, in world: World?) throws -> RegisterPlace? {
    guard world == nil, let frame = try stack.selectedFrame() else {
      return try ownPlace(of: name, in: world)
    }
    if let place = try place(of: part(name)?.register ?? name, in: frame) { return place }
    return try ownPlace(of: name, in: self.world(of: frame))
  }

  /// Where it is in the innermost frame of its program.
  private func ownPlace(of name: String, in world: World?) throws -> RegisterPlace? {
    let whole = part(name)?.register ?? name
    // Whose registers they are is known only once the stop has been examined.
    let isGuests = try world == .guest || world == nil && exits.showsGuest()
    let state = try access.requireState()
    if isGuests, try state.isAtEL2 || world == .guest && exits.runsHost(state) {
      let pstate = try exits.require().pstate
      if let part = ExitPart(named: whole.lowercased(), pstate: pstate) { return .exit(part) }
    }
    if let register = system.register(named: whole) {
      guard register.pstateBits != nil, let pstate = try ownPlace(of: "cpsr", in: world) else {
        return .system(register)
      }
      return .view(register, of: pstate)
    }
    let register =
      architecture.register(whole, in: access.target.registers)
      ?? wideRegister(named: whole)?.source
    return register.map { .cpu($0.name) }
  }

  /// Where a register is in a frame further out; nil for the innermost of its program, which has the CPU's or the exit's
  /// own, and for a register that functions don't save.
  private func place(of name: String, in frame: StackFrame) throws -> RegisterPlace? {
    guard try !stack.isInnermost(frame) else { return nil }
    if name.lowercased() == "pc" { return .frame(nil, of: frame) }
    guard let number = UnwindArchitecture(architecture)?.number(of: name) else { return nil }
    return .frame(number, of: frame)
  }

  /// Whose registers a frame's program has.
  private func world(of frame: StackFrame) -> World? {
    guard access.hasHypervisor else { return nil }
    return frame.space.kind == .hypervisor ? .hypervisor : .guest
  }

  /// The part of a register that `name` means, unless the target has a register of that name, as
  /// LLDB's server does.
  func part(_ name: String) -> RegisterPart? {
    guard let part = architecture.part(name) else { return nil }
    return access.target.registers[name]?.name == name.lowercased() ? nil : part
  }

  /// The value at a place.
  ///
  /// - Parameter typed: its name as typed, for errors.
  func read(_ place: RegisterPlace, named typed: String) throws -> UInt64 {
    switch place {
    case .exit(let part): return try exits.read(part, named: typed)
    case .cpu(let name):
      _ = try access.requireState()
      return try access.readRegister(name)
    case .system(let register): return try system.value(of: register, named: typed)
    case .frame(let number, let frame):
      guard let number else { return frame.pc }
      guard let value = frame.registers[number] else {
        throw DebugError.notReadable(
          typed, reason: "the functions that frame \(frame.number) called didn't save it")
      }
      return value
    case .view(let register, let pstate):
      return try read(pstate, named: typed) & (register.pstateBits ?? 0)
    }
  }

  /// Changes the value at a place.
  ///
  /// - Parameter isForced: whether a register may be changed whose change may break EL2's own
  ///   execution.
  /// - Returns: a note, for instance that it did not accept all of the value.
  func write(
    _ value: UInt64, to place: RegisterPlace, named typed: String, isForced: Bool = false
  ) throws -> String? {
    switch place {
    case .exit(let part): try exits.write(value, to: part, named: typed)
    case .cpu(let name): try access.writeRegister(name, value, named: typed)
    case .system(let register):
      return try system.write(value, to: register, named: typed, isForced: isForced).note(on: typed)
    case .frame(let number, let frame): try write(value, to: number, of: frame, named: typed)
    case .view(let register, let pstate):
      return try write(value, to: register, in: pstate, named: typed)
    }
    return nil
  }

  /// Changes a register of a frame further out, where that is now.
  private func write(
    _ value: UInt64, to number: Int?, of frame: StackFrame, named typed: String
  ) throws {
    switch number.map(frame.registers.place(of:)) ?? frame.registers.pcPlace {
    case .memory(let address):
      let bytes = exits.memory.byteOrder(of: frame.space).bytes(
        of: value, byteCount: architecture.addressByteCount)
      try exits.memory.write(frame.space, address, bytes)
    case .register(let own):
      guard let name = UnwindArchitecture(architecture)?.names[own],
        let place = try place(of: name, in: world(of: frame))
      else { throw DebugError.readOnly(typed, reason: "it has no place") }
      _ = try write(value, to: place, named: typed)
    case .saved, .computed, .lost:
      throw DebugError.readOnly(
        typed, reason: "the functions that frame \(frame.number) called didn't save it")
    }
  }

  /// Changes a view of PSTATE at PSTATE's place.
  private func write(
    _ value: UInt64, to register: SystemRegister, in pstate: RegisterPlace, named typed: String
  ) throws -> String? {
    guard register.typedName != "currentel" else {
      throw DebugError.readOnly(typed, reason: "it is read-only")
    }
    if register.typedName == "spsel", case .cpu = pstate {
      throw DebugError.readOnly(
        typed, reason: "it selects the stack pointer, which the stub does not switch")
    }
    // Some CPUs don't have it.
    if !register.isInEveryPSTATE { _ = try system.value(of: register, named: typed) }
    let bits = register.pstateBits ?? 0
    let rest = try read(pstate, named: typed) & ~bits
    _ = try write(rest | value & bits, to: pstate, named: typed)
    return SystemRegisterWrite(value: value & bits, differingBits: value & ~bits).note(on: typed)
  }

  // MARK: Worlds

  /// Whose registers `$x0` means: the guest's at a caught exit, and while the CPU runs the guest.
  public func selectedWorld() throws -> World {
    if let frame = try stack.selectedFrame(), let world = world(of: frame) { return world }
    return try exits.showsGuest() ? .guest : .hypervisor
  }

  /// The space of the addresses in the registers that `$x0` means now.
  public func selectedSpace() throws -> AddressSpace {
    guard access.hasHypervisor else { return .plain }
    if let frame = try stack.selectedFrame() { return frame.space }
    guard try selectedWorld() == .guest else { return .hypervisor }
    // At EL2 the guest's are those of an exit.
    return try access.requireState().isAtEL2 ? .guest : access.seenSpace() ?? .guest
  }

  /// Throws unless the registers of a world are available. `name` is what was requested.
  public func require(_ world: World?, for name: String) throws {
    if world != nil {
      try access.requireHypervisor(for: "separate registers of a guest and its hypervisor")
    }
    switch world {
    case .guest?: try requireGuest()
    case .hypervisor?: if try !access.requireState().isAtEL2 { throw DebugError.notAtEL2(name) }
    case nil: break
    }
  }

  /// Throws unless the guest's registers are available: at an exit, or in the CPU while it runs the
  /// guest.
  public func requireGuest() throws {
    let state = try access.requireState()
    if try state.isAtEL2 || exits.runsHost(state) { _ = try exits.require() }
  }

  // MARK: All of them

  /// The values of the general registers of a world, in their usual order, with their names: x0–x30, SP, PC and
  /// PSTATE on AArch64.
  public func general(of world: World?) throws -> [(name: String, value: UInt64)] {
    try require(world, for: world?.rawValue ?? "")
    guard architecture == .aarch64 else {
      let registers = try access.requireState().registers
      return registers.registers.filter(\.isGeneral).compactMap { register in
        registers[register.name].map { (register.name, $0) }
      }
    }
    var values: [(String, UInt64)] = []
    for name in Architecture.aarch64GeneralRegisters + ["sp", "pc", "cpsr"] {
      if let place = try place(of: name, in: world) {
        values.append((name, try read(place, named: name)))
      }
    }
    return values
  }

  /// The names of registers to offer, in the spelling that the shell uses. Any other name from the manual works too.
  public var names: [String] {
    let own = access.target.registers.all.map { $0.name.lowercased() }
    let parts = architecture.wideParts.keys.filter { wideRegister(named: $0)?.name == $0 }
    let shown = own + parts.sorted()
    guard access.hasHypervisor, architecture == .aarch64 else { return shown }
    let known = Set(shown)
    return shown + SystemRegisters.offeredNames.filter { !known.contains($0) }
  }
}

extension RegisterDescription {
  /// Whether it is one of the registers that a debugger shows first: an integer that the description doesn't put
  /// into a special group, such as `float`, `vector` or `system`.
  fileprivate var isGeneral: Bool {
    let isInteger =
      !typeName.hasPrefix("ieee") && !typeName.hasPrefix("i387") && !typeName.hasPrefix("vec")
    let isOrdinary = group.map {
      ["general", "general purpose registers", "psw"].contains($0.lowercased())
    }
    // LLDB's server has parts of registers as separate registers.
    let isPart = lldb.map { !$0.containers.isEmpty } ?? false
    return bitWidth <= 64 && isInteger && !isPart && (isOrdinary ?? true)
  }
}
