internal import GDBRemote
internal import VCpuDebug

/// Addresses with their symbols, and instructions with their addresses.
struct AddressText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// ` <symbol+offset>`, or nothing.
  func symbol(_ address: UInt64, in space: AddressSpace) -> String {
    session.symbols.of(space)?.symbol(at: address).map { " <\($0)>" } ?? ""
  }

  /// The instruction at an address; nil where there is no memory.
  func instruction(at address: UInt64, in space: AddressSpace) -> Instruction? {
    let set = session.instructionSet(in: space)
    let longest = set?.maximumByteCount ?? session.architecture.maximumInstructionByteCount
    var bytes = try? session.memory.read(space, address, byteCount: longest)
    // Memory may end behind an instruction that is shorter.
    let rest = 4096 - Int(address & 0xfff)
    if bytes == nil, rest < longest {
      bytes = try? session.memory.read(space, address, byteCount: rest)
    }
    return bytes.flatMap {
      session.instruction($0[...], at: address, in: space, by: disassembler)
    }
  }

  /// `0x40200344 <store32+4>:  str w1, [x0]`.
  func line(_ address: UInt64, in space: AddressSpace) -> String {
    let text = instruction(at: address, in: space)?.text ?? "(no memory is mapped there)"
    return hexadecimal(address) + symbol(address, in: space) + ":  " + text
  }
}
