internal import ArmVCpu
internal import VCpuDebug

/// Finds the system register that a text names.
enum EncodingReader {
  /// The register for a name, an instruction's text, the bits of an ISS, an ESR that contains one, or the word of an
  /// MRS, MSR, SYS or SYSL instruction. An MSR (immediate) has an encoding too, with its value in CRm.
  ///
  /// - Throws: `ShellError` for anything else.
  static func register(_ text: String) throws(ShellError) -> SystemRegister {
    if text.first?.isNumber == true || RegisterValue.note(on: text) != nil {
      let value = try RegisterValue.parse(text)
      if let register = register(ofInstruction: value) { return register }
      let esr = ESR_EL2(rawValue: value)
      let isSyndrome = value <= 0xffff_ffff && esr.exceptionClass == .systemRegister
      let register = SystemRegister(rawValue: esr.iss)
      guard isSyndrome || value >> 22 == 0, register.op0 != 0 || ImmediateWrite(register) != nil
      else {
        throw ShellError(
          "\(hexadecimal(value)) is neither the ISS of a system register nor an MRS, MSR or SYS "
            + "instruction")
      }
      return register
    }
    if let write = ImmediateWrite(assembly: text) { return write.encoding }
    guard let register = SystemRegister(named: text) ?? register(ofAssembly: text) else {
      let names = SystemRegister.allNamed.compactMap { $0.name?.description }
      throw ShellError("no system register '\(text)'" + NearNames.hint(of: text, in: names))
    }
    return register
  }

  /// The register of an instruction as a disassembler writes it: `mrs x0, sctlr_el1`, `dc civac, x1`.
  private static func register(ofAssembly text: String) -> SystemRegister? {
    var words = text.lowercased().split { $0.isWhitespace || $0 == "," }
    if ["mrs", "msr"].contains(words.first) { words.removeFirst() }
    words.removeAll { generalRegisters.contains(String($0)) }
    return SystemRegister(named: words.joined(separator: " "))
  }

  private static let generalRegisters = Set(Architecture.aarch64GeneralRegisters + ["xzr"])

  /// An instruction's word has op0 in bits 20:19 and op2 in 7:5 (Arm ARM DDI 0487, C6.2, "MRS").
  private static func register(ofInstruction word: UInt64) -> SystemRegister? {
    guard word >> 22 == 0xd500_0000 >> 22 else { return nil }
    let bits = UInt32(word)
    let register = SystemRegister(bits >> 19, bits >> 16, bits >> 12, bits >> 8, bits >> 5)
    // Barriers and hints have op0 0 too.
    guard register.op0 == 0 else { return register }
    return ImmediateWrite(register).flatMap { $0.instruction == bits ? register : nil }
  }
}
