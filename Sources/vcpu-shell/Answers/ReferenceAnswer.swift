internal import GDBRemote
internal import VCpuDebug

/// The address that an instruction means: a branch's target, a literal, what is in the page that `adrp` named.
struct ReferenceAnswer: Codable, Equatable, Sendable {
  /// The address, in the space of the instruction.
  let address: Hex
  /// The symbol that covers the address, such as `store32+4`.
  let symbol: String?
  /// Whether the address is the last operand in the instruction's text. Otherwise an earlier `adrp` has given its page.
  let isOperand: Bool
  /// What a literal holds; omitted for other instructions, and if its memory isn't mapped.
  let value: Hex?
  /// The symbol that covers the value.
  let valueSymbol: String?
}

extension ReferenceAnswer {
  /// The operand of an instruction, without what is there; nil if the instruction has no address.
  init?(_ instruction: Instruction?, symbol: (UInt64) -> String?) {
    guard let address = instruction?.referencedAddress else { return nil }
    self.init(
      address: Hex(address), symbol: symbol(address), isOperand: true, value: nil, valueSymbol: nil)
  }
}

/// Finds what the instructions of a listing mean, one after the other.
struct ReferenceFinder {
  let session: HypervisorSession
  let space: AddressSpace
  private var pages = PageReferences()

  init(_ session: HypervisorSession, in space: AddressSpace) {
    self.session = session
    self.space = space
  }

  /// What the next instruction means; nil if it has no address, or if it isn't A64.
  mutating func reference(of instruction: Instruction) -> ReferenceAnswer? {
    guard session.instructionSet(in: space) == .a64 else { return nil }
    if let address = pages.address(formedBy: instruction.word, at: instruction.address) {
      return ReferenceAnswer(
        address: Hex(address), symbol: symbol(address), isOperand: false, value: nil,
        valueSymbol: nil)
    }
    guard let address = instruction.referencedAddress else { return nil }
    let value = literal(of: instruction.word, at: address)
    return ReferenceAnswer(
      address: Hex(address), symbol: symbol(address), isOperand: true, value: value.map { Hex($0) },
      valueSymbol: value.flatMap(symbol))
  }

  private func symbol(_ address: UInt64) -> String? {
    session.symbolName(at: address, in: space)
  }

  /// What a load of a literal loads: the general-purpose registers' 4 or 8 bytes (Arm ARM DDI 0487, C4.1 "Load register
  /// (literal)").
  private func literal(of word: UInt32, at address: UInt64) -> UInt64? {
    guard word & 0x3f00_0000 == 0x1800_0000, word >> 30 != 3 else { return nil }
    let byteCount = word >> 30 == 1 ? 8 : 4
    guard let bytes = try? session.memory.read(space, address, byteCount: byteCount),
      let value = session.memory.byteOrder(of: space).integer(bytes)
    else { return nil }
    // LDRSW extends the sign.
    return word >> 30 == 2
      ? UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value))) : value
  }
}
