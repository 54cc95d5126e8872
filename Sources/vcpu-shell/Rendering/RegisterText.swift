internal import ArmVCpu
internal import VCpuDebug

/// Registers as text.
struct RegisterText {
  let session: HypervisorSession

  /// x0–x30, SP, PC and PSTATE, a line each: hexadecimal, and decimal or the symbol.
  func general(of world: HypervisorSession.World?) throws -> [String] {
    let owner = try world ?? session.worldOfSelectedRegisters()
    let title = owner == .guest ? "guest" : "hypervisor"
    return ["\(title):"]
      + (try session.generalRegisters(of: world).map { name, value in
        let head = name.padded(to: 8) + hexadecimal(value, digits: 16)
        let address = Value(
          value, addressSpace: owner == .guest ? .guest : .hypervisor, displayType: .address)
        switch name {
        case "pc", "x30": return head + symbol(address)
        case "sp", "cpsr": return head
        default: return head + "  \(value)"
        }
      })
  }

  /// One register by its name, and its fields where they are known.
  func named(_ name: String, in world: HypervisorSession.World?) throws -> [String] {
    let path = (world.map { [$0.rawValue] } ?? []) + name.split(separator: ".").map(String.init)
    guard let value = try session.register(path) else {
      throw ShellError("no register '\(name)': press Tab behind 'info registers ' for the names")
    }
    let line = name.lowercased().padded(to: 12) + hexadecimal(value.bits, digits: 16)
    guard ["esr_el2", "esr_el1"].contains(name.lowercased()) else {
      return [line + "  \(value.bits)"]
    }
    return [line] + FieldText.lines(ESR_EL2(rawValue: value.bits)).map { "  " + $0 }
  }

  private func symbol(_ address: Value) -> String {
    let symbols = address.addressSpace == .guest ? session.guestSymbols : session.symbols
    return symbols?.symbol(at: address.bits).map { "  <\($0)>" } ?? ""
  }
}
