internal import ArmVCpu
internal import GDBRemote
internal import VCpuDebug

/// Registers as text.
struct RegisterText {
  let session: HypervisorSession

  /// The general registers, a line each: hexadecimal, and decimal or the symbol. On AArch64 x0–x30, SP, PC and
  /// PSTATE, with whose they are where there are two.
  func general(of world: World?) throws -> [String] {
    let space: AddressSpace =
      switch world {
      case .guest?: .guest
      case .hypervisor?: .hypervisor
      case nil: try session.registers.selectedSpace()
      }
    let values = try session.registers.general(of: world)
    let width = max(8, 2 + (values.map(\.name.count).max() ?? 0))
    let lines = values.map { name, value in
      let register = session.architecture.register(name, in: session.target.registers)
      return line(
        name.padded(to: width), name, value, digits: digits(of: register), in: space)
    }
    let isStale = session.state.map { session.access.hasLeftAArch64($0) } ?? false
    let notes = isStale ? [StopText.stale] : []
    switch space {
    case .guest: return ["guest:"] + notes + lines
    case .hypervisor: return ["hypervisor:"] + notes + lines
    case .plain, .physical, .intermediatePhysical: return notes + lines
    }
  }

  /// Every register that the target has, as the CPU has it now.
  func all() throws -> [String] {
    let registers = session.target.registers.all
    let width = max(16, 2 + (registers.map(\.name.count).max() ?? 0))
    return zip(registers, try session.target.batch(registers.map { .register($0) })).map {
      register, response in
      let head = register.name.padded(to: width)
      guard let bytes = try? response.bytes() else { return head + "(not available)" }
      return head + wide(bytes)
    }
  }

  /// Those of a group that the CPU has, a line each, and why the others are not there.
  ///
  /// - Parameter check: is called now and then, and throws where nobody wants the rest.
  func group(_ registers: [SystemRegister], check: () throws -> Void) throws -> [String] {
    var lines: [String] = []
    var missing: [(reason: String, count: Int)] = []
    let width = max(16, 2 + (registers.map { Self.name($0).utf8.count }.max() ?? 0))
    for start in stride(from: 0, to: registers.count, by: Self.rowCount) {
      try check()
      let row = Array(registers[start..<min(start + Self.rowCount, registers.count)])
      for (register, answer) in zip(row, try session.registers.system.answers(for: row)) {
        switch answer {
        case .value(let value, _):
          lines.append(Self.name(register).padded(to: width) + hexadecimal(value, digits: 16))
        case .unavailable(let reason):
          if let index = missing.firstIndex(where: { $0.reason == reason }) {
            missing[index].count += 1
          } else {
            missing.append((reason, 1))
          }
        }
      }
    }
    return lines
      + missing.map { reason, count in
        "(\(count)\(lines.isEmpty ? "" : " more") cannot be read: \(reason))"
      }
  }

  /// How many are read before it is asked whether anybody wants more.
  private static let rowCount = 64

  /// Those that the stub does not show.
  var hidden: [SystemRegister] {
    RegisterGroup.everyRegister.filter { !session.registers.system.isShown($0) }
  }

  private static func name(_ register: SystemRegister) -> String {
    (register.name.map { "\($0)" } ?? register.encodingName).lowercased()
  }

  private func line(
    _ title: String, _ name: String, _ value: UInt64, digits: Int, in space: AddressSpace
  ) -> String {
    let head = title + hexadecimal(value, digits: digits)
    switch name {
    case "pc", "x30", "rip", "eip", "lr", "ra", "pswa":
      return head + (session.symbols.of(space)?.symbol(at: value).map { "  <\($0)>" } ?? "")
    case "sp", "cpsr", "rsp", "esp": return head
    default:
      return head + (flags(of: name, value) ?? "  \(value)")
    }
  }

  /// The flags that are set, where the target describes them: `  [ ZF PF ]`.
  private func flags(of name: String, _ value: UInt64) -> String? {
    guard let register = session.target.registers[name],
      case .flags(let fields, _)? = session.target.typeDescriptions[register.typeName]
    else { return nil }
    let set = fields.compactMap { field -> String? in
      guard !field.name.isEmpty, let bits = field.bits, bits.upperBound < 64 else { return nil }
      let content = value >> UInt64(bits.lowerBound) & UInt64.max >> UInt64(64 - bits.count)
      guard content != 0 else { return nil }
      return bits.count == 1 ? field.name : "\(field.name)=\(content)"
    }
    return "  [ " + set.map { $0 + " " }.joined() + "]"
  }

  /// One register by its name, and its fields where they are known.
  func named(_ name: String, in world: World?) throws -> [String] {
    let path = (world.map { [$0.rawValue] } ?? []) + name.split(separator: ".").map(String.init)
    let register = session.architecture.register(name, in: session.target.registers)
    let head = name.lowercased().padded(to: 12)
    if world == nil, let register, register.bitWidth > 64 {
      return [head + wide(try session.target.batch([.register(register)])[0].bytes())]
    }
    guard let value = try session.registers.value(of: path) else {
      throw ShellError("no register '\(name)': press Tab after 'info registers ' for the names")
    }
    let line = head + hexadecimal(value.bits, digits: digits(of: register))
    guard ["esr_el2", "esr_el1"].contains(name.lowercased()) else {
      return [line + (flags(of: register?.name ?? name, value.bits) ?? "  \(value.bits)")]
    }
    return [line] + FieldText.lines(ESR_EL2(rawValue: value.bits)).map { "  " + $0 }
  }

  /// As many digits as addresses have, more for what is wider. CPSR is narrow on AArch64, and shown as an SPSR.
  private func digits(of register: RegisterDescription?) -> Int {
    max(session.architecture.addressByteCount * 2, (register?.byteCount ?? 0) * 2)
  }

  /// A value of any width in hexadecimal, from its bytes in the stub's order.
  private func wide(_ bytes: [UInt8]) -> String {
    RegisterDescription.hexadecimal(bytes, byteOrder: session.access.byteOrders.registers)
  }
}
