internal import CCapstone

/// Why there is no disassembler: the installed Capstone was built without AArch64.
public struct DisassemblerError: Error, Equatable, CustomStringConvertible {
  /// Capstone's `cs_err`.
  public let code: UInt32

  /// What happened and what to do, as a sentence.
  public var description: String {
    "Capstone cannot disassemble AArch64 (error \(code)); install a libcapstone built with it"
  }
}

/// Disassembles A64 instructions, little-endian.
///
/// Total: each of the 2^32 words has a text. Words that Capstone does not know are `.inst 0x…`.
/// Single-threaded, like Capstone's handle.
@safe public final class Disassembler {
  @unsafe private var handle: csh = 0
  /// Reused for every instruction, so that disassembling allocates only its text.
  @unsafe private let instruction: UnsafeMutablePointer<cs_insn>

  /// Opens Capstone.
  public init() throws(DisassemblerError) {
    var handle: csh = 0
    let error = unsafe cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle)
    guard error == CS_ERR_OK else { throw DisassemblerError(code: error.rawValue) }
    guard let instruction = unsafe cs_malloc(handle) else {
      _ = unsafe cs_close(&handle)
      throw DisassemblerError(code: CS_ERR_MEM.rawValue)
    }
    unsafe self.handle = handle
    unsafe self.instruction = instruction
  }

  deinit {
    unsafe cs_free(instruction, 1)
    _ = unsafe cs_close(&handle)
  }

  /// The instruction that a word is at an address.
  public func instruction(_ word: UInt32, at address: UInt64) -> Instruction {
    if let alias = InstructionAlias.text(of: word) {
      return Instruction(
        address: address, word: word, mnemonic: alias.mnemonic, operands: alias.operands,
        referencedAddress: nil)
    }
    guard let (mnemonic, operands) = decode(word, at: address) else {
      let digits = String(word, radix: 16)
      let padded = String(repeating: "0", count: 8 - digits.count) + digits
      return Instruction(
        address: address, word: word, mnemonic: ".inst", operands: "0x" + padded,
        referencedAddress: nil)
    }
    let notation = OperandNotation(mnemonic: mnemonic, operands: operands)
    return Instruction(
      address: address, word: word, mnemonic: mnemonic, operands: notation.text,
      referencedAddress: notation.referencedAddress)
  }

  /// The instructions that bytes hold from an address on. A rest of fewer than 4 bytes is left out.
  public func instructions(_ bytes: [UInt8], at address: UInt64) -> [Instruction] {
    stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { offset in
      let word = bytes[offset..<offset + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return instruction(word, at: address &+ UInt64(offset))
    }
  }

  private func decode(_ word: UInt32, at address: UInt64) -> (String, String)? {
    var bytes = word.littleEndian
    return unsafe withUnsafeBytes(of: &bytes) { buffer in
      var code = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      var size = buffer.count
      var location = address
      guard unsafe cs_disasm_iter(handle, &code, &size, &location, instruction) else { return nil }
      return unsafe (
        String(cString: ccapstone_mnemonic(instruction)),
        String(cString: ccapstone_operands(instruction))
      )
    }
  }
}
