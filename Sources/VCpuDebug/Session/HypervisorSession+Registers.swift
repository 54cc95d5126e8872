internal import ArmVCpu
internal import GDBRemote

/// Where a register's value is.
enum RegisterPlace: Equatable {
  /// A doubleword of the vCPU context, at this offset.
  case context(UInt64)
  /// A register of the CPU that stopped, by the target's name.
  case cpu(String)
}

extension HypervisorSession {
  /// The value of a register of the CPU, whatever it runs.
  public func readCPURegister(_ name: String) throws -> UInt64 {
    try settle()
    let response = try target.batch([.register(try register(named: name))])[0]
    guard let value = byteOrders.registers.integer(try response.bytes()) else {
      throw DebugError.notReadable(name, reason: "it has more than 64 bits")
    }
    return value
  }

  private func register(named name: String) throws -> RegisterDescription {
    if let register = target.registers[name] { return register }
    throw RemoteError(.noSuchRegister, "the target has no register \(name)")
  }

  /// Where the register `name` is; nil when there is none. At an exit the general registers are the
  /// guest's and the syndrome is the captured copy.
  func place(of name: String, in world: World?) throws -> RegisterPlace? {
    let whole = part(name)?.register ?? name
    let name = whole.lowercased()
    // Whose registers there are shows only once the stop has been looked at.
    _ = try requireState()
    if exit != nil, world != .hypervisor {
      if let offset = Self.contextOffset(of: name) { return .context(offset) }
      // The guest's SP is the one that its PSTATE selects.
      if name == "sp", let exit {
        return exit.pstate.usesEL1StackPointer
          ? .cpu("SP_EL1") : .context(VCpuContextOffset.spEL0)
      }
    }
    return architecture.register(whole, in: target.registers).map { .cpu($0.name) }
  }

  /// The register of which `name` is a part, unless the target has one of that name: LLDB's does.
  func part(_ name: String) -> RegisterPart? {
    guard let part = architecture.part(name) else { return nil }
    return target.registers[name]?.name == name.lowercased() ? nil : part
  }

  private static func contextOffset(of name: String) -> UInt64? {
    let name = Architecture.aarch64.synonyms.first { $0.contains(name) }?.first ?? name
    if let number = Architecture.aarch64GeneralRegisters.firstIndex(of: name) {
      return VCpuContextOffset.gpr(number)
    }
    switch name {
    case "sp_el0": return VCpuContextOffset.spEL0
    case "pc", "elr_el2": return VCpuContextOffset.elr
    case "cpsr", "spsr_el2": return VCpuContextOffset.spsr
    case "esr_el2": return VCpuContextOffset.esr
    case "far_el2": return VCpuContextOffset.far
    case "hpfar_el2": return VCpuContextOffset.hpfar
    default: return nil
    }
  }

  /// Whose registers are meant where both have some: `$guest.x0`, `$hv.x0`.
  public enum World: String, Sendable {
    /// The guest's: in the frame at an exit, in the CPU while it runs the guest.
    case guest
    /// The CPU's own while it runs the hypervisor.
    case hypervisor = "hv"
  }

  func read(_ place: RegisterPlace) throws -> UInt64 {
    switch place {
    case .context(let offset):
      let record = try requireExit().record
      return RegisterDescription.integer(record[Int(offset)..<Int(offset) + 8]) ?? 0
    case .cpu(let name):
      // What came with the stop needs no further request.
      if let value = try requireState().registers[name] { return value }
      return try readCPURegister(name)
    }
  }

  /// - Parameter typed: what a person called it, for errors: the target's own name for VBAR_EL1 is `VBAR`.
  func write(_ value: UInt64, to place: RegisterPlace, named typed: String) throws {
    switch place {
    case .context(let offset):
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
      let address = try requireExit().contextAddress &+ offset
      try target.batch([.writeMemory(at: address, bytes)])[0].check()
      exit?.update(bytes, at: offset)
    case .cpu(let name):
      let register = try register(named: name)
      let fitting = fitting(value, register.bitWidth)
      guard let bytes = register.bytes(of: fitting, byteOrder: byteOrders.registers) else {
        throw DebugError.readOnly(
          typed, reason: "0x\(String(value, radix: 16)) does not fit \(register.bitWidth) bits")
      }
      do {
        try target.writeRegister(register, bytes)
      } catch {
        guard error.code == .writeIgnored else { throw error }
        // QEMU's Arm machines pretend all of theirs; elsewhere some bits may have been written.
        let isSystemRegister = register.group == "cp_regs"
        if !isSystemRegister { _ = try examineStop() }
        throw DebugError.readOnly(
          typed,
          reason: isSystemRegister
            ? "the stub accepts writes of system registers and carries none out"
            : error.description)
      }
      _ = try examineStop()
    }
  }

  /// A negative number in as many bits as a register has, where it fits them.
  private func fitting(_ value: UInt64, _ bitWidth: Int) -> UInt64 {
    guard bitWidth < 64, Int64(bitPattern: value) >> Int64(bitWidth - 1) == -1 else { return value }
    return value & UInt64.max >> UInt64(64 - bitWidth)
  }

  /// Throws unless the registers of a world are at hand. `name` is what was asked for.
  func require(_ world: World?, for name: String) throws {
    if world != nil { try requireHypervisor(for: "registers of two worlds") }
    switch world {
    case .guest?: try requireGuestRegisters()
    case .hypervisor?: if try !requireState().isAtEL2 { throw DebugError.notAtEL2(name) }
    case nil: break
    }
  }

  /// The values of the general registers of a world, in their usual order, with their names: x0–x30, SP, PC and
  /// PSTATE on AArch64.
  public func generalRegisters(of world: World?) throws -> [(name: String, value: UInt64)] {
    try require(world, for: world?.rawValue ?? "")
    guard architecture == .aarch64 else {
      let registers = try requireState().registers
      return registers.registers.filter(\.isGeneral).compactMap { register in
        registers[register.name].map { (register.name, $0) }
      }
    }
    var values: [(String, UInt64)] = []
    for name in Architecture.aarch64GeneralRegisters + ["sp", "pc", "cpsr"] {
      if let place = try place(of: name, in: world) { values.append((name, try read(place))) }
    }
    return values
  }

  /// The names of all registers, in the spelling that the shell uses.
  public var registerNames: [String] {
    target.registers.all.map { $0.name.lowercased() }
  }
}

extension RegisterDescription {
  /// Whether it is one of those that a debugger shows first: an integer that the description puts into no group of
  /// its own, such as `float`, `vector` or `system`.
  fileprivate var isGeneral: Bool {
    let isInteger =
      !typeName.hasPrefix("ieee") && !typeName.hasPrefix("i387") && !typeName.hasPrefix("vec")
    let isOrdinary = group.map {
      ["general", "general purpose registers", "psw"].contains($0.lowercased())
    }
    // LLDB's server has the parts of registers as registers of their own.
    let isPart = lldb.map { !$0.containers.isEmpty } ?? false
    return bitWidth <= 64 && isInteger && !isPart && (isOrdinary ?? true)
  }
}
