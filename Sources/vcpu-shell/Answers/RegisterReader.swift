internal import ArmVCpu
internal import GDBRemote
internal import VCpuDebug

/// Reads registers for an answer.
struct RegisterReader {
  let session: HypervisorSession
  /// Called from time to time; throws if the rest is no longer wanted.
  let check: () throws -> Void

  /// The general registers. On AArch64 x0–x30, SP, PC and PSTATE.
  func general(of world: World?) throws -> RegistersAnswer.Section {
    let space: AddressSpace =
      switch world {
      case .guest?: .guest
      case .hypervisor?: .hypervisor
      case nil: try session.registers.selectedSpace()
      }
    let registers = try session.registers.general(of: world).map { name, value in
      general(name, value, in: space)
    }
    let isStale = session.state.map { session.access.hasLeftAArch64($0) } ?? false
    let isOfWorld = space == .guest || space == .hypervisor
    return RegistersAnswer.Section(
      world: isOfWorld ? space.prefix : nil, group: nil, note: isStale ? StopAnswer.stale : nil,
      layout: .general, registers: registers, missing: [])
  }

  private func general(
    _ name: String, _ value: UInt64, in space: AddressSpace
  ) -> RegistersAnswer.Register {
    let register = session.architecture.register(name, in: session.target.registers)
    let text = hexadecimal(value, digits: digits(of: register))
    switch name {
    case "pc", "x30", "rip", "eip", "lr", "ra", "pswa":
      let symbol = session.symbolName(at: value, in: space)
      return RegistersAnswer.Register(name: name, digits: text, symbol: symbol)
    case "sp", "cpsr", "rsp", "esp": return RegistersAnswer.Register(name: name, digits: text)
    default:
      let flags = flags(of: name, value)
      return RegistersAnswer.Register(
        name: name, digits: text, decimal: flags == nil ? "\(value)" : nil, flags: flags)
    }
  }

  /// Every register that the stub shows, with the CPU's current value, and on a hypervisor's CPU all others that it can
  /// be made to read: a section for each group, after one for the registers that belong to no group.
  func all() throws -> [RegistersAnswer.Section] {
    let shown = session.target.registers.all
    let responses = try session.target.batch(shown.map { .register($0) })
    var members: [RegisterGroup?: [RegistersAnswer.Register]] = [:]
    for (register, response) in zip(shown, responses) {
      let system = session.registers.system.register(named: register.name)
      let group = system.flatMap(RegisterGroup.init(of:))
      members[group, default: []].append(
        RegistersAnswer.Register(name: register.name, digits: (try? response.bytes()).map(wide)))
    }
    let hasGroups = session.hasHypervisor && session.architecture == .aarch64
    guard hasGroups else { return [list(members.values.flatMap { $0 })] }
    let hidden = Dictionary(
      grouping: RegisterGroup.everyRegister.filter { !session.registers.system.isShown($0) },
      by: RegisterGroup.init(of:))
    return try ([nil] + RegisterGroup.allCases).compactMap { group in
      let others = try self.group(hidden[group] ?? [])
      let section = list(
        (members[group] ?? []) + others.registers, others.missing, group: group?.rawValue)
      return section.registers.isEmpty && section.missing.isEmpty ? nil : section
    }
  }

  /// The registers of a group that the CPU has, and why the others are missing.
  func group(_ registers: [SystemRegister]) throws -> RegistersAnswer.Section {
    var found: [RegistersAnswer.Register] = []
    var missing: [(reason: String, count: Int)] = []
    for start in stride(from: 0, to: registers.count, by: Self.rowCount) {
      try check()
      let row = Array(registers[start..<min(start + Self.rowCount, registers.count)])
      for (register, answer) in zip(row, try session.registers.system.answers(for: row)) {
        switch answer {
        case .value(let value, _):
          found.append(
            RegistersAnswer.Register(
              name: Self.name(register), digits: hexadecimal(value, digits: 16)))
        case .unavailable(let reason):
          if let index = missing.firstIndex(where: { $0.reason == reason }) {
            missing[index].count += 1
          } else {
            missing.append((reason, 1))
          }
        }
      }
    }
    return list(found, missing.map { RegistersAnswer.Missing(count: $0.count, reason: $0.reason) })
  }

  private func list(
    _ registers: [RegistersAnswer.Register], _ missing: [RegistersAnswer.Missing] = [],
    group: String? = nil
  ) -> RegistersAnswer.Section {
    RegistersAnswer.Section(
      world: nil, group: group, note: nil, layout: .list, registers: registers, missing: missing)
  }

  /// How many registers are read between two checks of whether the rest is still wanted.
  private static let rowCount = 64

  private static func name(_ register: SystemRegister) -> String {
    (register.name.map { "\($0)" } ?? register.encodingName).lowercased()
  }

  /// The flags that are set, if the target describes them.
  private func flags(of name: String, _ value: UInt64) -> [String]? {
    guard let register = session.target.registers[name],
      case .flags(let fields, _)? = session.target.typeDescriptions[register.typeName]
    else { return nil }
    return fields.compactMap { field -> String? in
      guard !field.name.isEmpty, let bits = field.bits, bits.upperBound < 64 else { return nil }
      let content = value >> UInt64(bits.lowerBound) & UInt64.max >> UInt64(64 - bits.count)
      guard content != 0 else { return nil }
      return bits.count == 1 ? field.name : "\(field.name)=\(content)"
    }
  }

  /// One register by its name, and its fields if they are known.
  func named(_ name: String, in world: World?) throws -> RegistersAnswer.Section {
    RegistersAnswer.Section(
      world: nil, group: nil, note: nil, layout: .named,
      registers: [try register(named: name, in: world)],
      missing: [])
  }

  private func register(named name: String, in world: World?) throws -> RegistersAnswer.Register {
    let path = (world.map { [$0.rawValue] } ?? []) + name.split(separator: ".").map(String.init)
    let register = session.architecture.register(name, in: session.target.registers)
    let title = name.lowercased()
    if world == nil, let register = session.registers.wideRegister(named: name) {
      let bytes = try session.registers.bytes(of: register)
      return RegistersAnswer.Register(name: title, digits: wide(bytes))
    }
    guard let value = try session.registers.value(of: path) else {
      throw ShellError(
        "no register '\(name)'"
          + NearNames.hint(
            of: name, in: session.registerNames,
            otherwise: ": press Tab after 'info registers ' for the names"))
    }
    let text = hexadecimal(value.bits, digits: digits(of: register))
    if let layout = try session.registers.layout(of: name) {
      return RegistersAnswer.Register(
        name: title, digits: text, fields: FieldAnswer.fields(of: layout, value.bits))
    }
    let flags = flags(of: register?.name ?? name, value.bits)
    return RegistersAnswer.Register(
      name: title, digits: text, decimal: flags == nil ? "\(value.bits)" : nil, flags: flags)
  }

  /// As many digits as an address has, or more for wider values. CPSR is narrower on AArch64, and is shown as an SPSR.
  private func digits(of register: RegisterDescription?) -> Int {
    max(session.architecture.addressByteCount * 2, (register?.byteCount ?? 0) * 2)
  }

  /// A value of any width in hexadecimal, from its bytes in the stub's order.
  private func wide(_ bytes: [UInt8]) -> String {
    RegisterDescription.hexadecimal(bytes, byteOrder: session.access.byteOrders.registers)
  }
}
