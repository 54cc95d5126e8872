internal import CCapstone

/// Capstone, opened for one instruction set.
///
/// Single-threaded, like Capstone's handle.
@safe final class CapstoneEngine {
  @unsafe private var handle: csh = 0
  /// Reused for every instruction, so that disassembling allocates only its text.
  @unsafe private let instruction: UnsafeMutablePointer<cs_insn>

  /// Opens Capstone.
  ///
  /// - Throws: `DisassemblerError` if the installed Capstone was built without the instruction set.
  init(_ set: InstructionSet) throws(DisassemblerError) {
    var handle: csh = 0
    let error = unsafe ccapstone_open(set.rawValue, &handle)
    guard error == CS_ERR_OK else { throw DisassemblerError(code: error.rawValue) }
    switch set {
    case .x86Bits16, .x86Bits32, .x86Bits64: _ = ccapstone_use_att_syntax(handle)
    case .a64, .a32, .t32, .riscv32, .riscv64: break
    }
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

  /// The first instruction of `bytes`, or nil if they aren't one.
  func decode(
    _ bytes: ArraySlice<UInt8>, at address: UInt64
  ) -> (mnemonic: String, operands: String, byteCount: Int)? {
    unsafe bytes.withUnsafeBytes { buffer in
      var code = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      var size = buffer.count
      var location = address
      guard unsafe cs_disasm_iter(handle, &code, &size, &location, instruction) else { return nil }
      return unsafe (
        String(cString: ccapstone_mnemonic(instruction)),
        String(cString: ccapstone_operands(instruction)), buffer.count - size
      )
    }
  }
}
