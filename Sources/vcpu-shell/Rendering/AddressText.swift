internal import GDBRemote
internal import VCpuDebug

/// Addresses with their symbols, and instructions with their addresses.
struct AddressText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// ` <symbol+offset>`, or nothing.
  func symbol(_ address: UInt64, in space: AddressSpace) -> String {
    let symbols = space == .guest ? session.guestSymbols : session.symbols
    guard space == .guest || space == .hypervisor, let symbol = symbols?.symbol(at: address)
    else { return "" }
    return " <\(symbol)>"
  }

  /// The instruction at an address; nil where there is no memory.
  func instruction(at address: UInt64, in space: AddressSpace) -> Instruction? {
    guard let bytes = try? session.readMemory(space, address, byteCount: 4) else { return nil }
    return disassembler.instructions(bytes, at: address).first
  }

  /// `0x40200344 <store32+4>:  str w1, [x0]`.
  func line(_ address: UInt64, in space: AddressSpace) -> String {
    let text = instruction(at: address, in: space)?.text ?? "(no memory is mapped there)"
    return hexadecimal(address) + symbol(address, in: space) + ":  " + text
  }
}
