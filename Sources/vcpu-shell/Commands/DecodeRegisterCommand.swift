internal import ArmVCpu
internal import VCpuDebug

/// `decode`: a value, or a register of the target, field by field.
enum DecodeRegisterCommand: ShellCommand {
  static let name = "decode"
  private static let register = Parameter<String?>.optionalWord("REGISTER") { _ in
    .words(DecodableRegister.all.map { $0.name.description.lowercased() }.sorted() + ["sysreg"])
  }
  private static let expression = Parameter<String?>.optionalExpression("[EXPRESSION]")
  static let parameters: [any AnyParameter] = [register, expression]
  static let summary = "Show a register's value field by field: the target's, or any value."
  static let manual = """
    Without an expression, decodes the current value of the target's register; with one, decodes that value by
    the register's layout. Besides registers there are the layouts smccc, for function identifiers, and s1desc,
    s1table, s2desc and s2table, for translation tables. 'sysreg' converts between names and encodings:

      decode hcr_el2
      decode spsr $x1
      decode smccc $x0
      decode s2desc *(pa:0x40801000)
      decode sysreg $exit.sysreg
      decode sysreg TLBI VMALLE1

    If HCR_EL2.E2H changes the layout of an EL2 register, the target's register is shown as E2H is set there;
    for a value, NAME is the layout with E2H 0, and NAME_VHE that with E2H 1. In the same way CCSIDR_EL1_CCIDX
    is the layout with FEAT_CCIDX. MemAttr of s2desc is decoded as the target's HCR_EL2.FWB says; s2desc_fwb and
    s2desc_nofwb are the two alternatives. A register's fields are also values in expressions:
    print $hcr_el2.vm.

    A number with hexadecimal digits, or of 8 or 16 digits, is hexadecimal here without 0x too, as kernels print
    registers: decode esr 96000045.
    """

  static let transcript = """
    (vcpu) decode smccc 0x84000000
    SMCCC  0x0000000084000000  SMC Calling Convention function identifier (W0)
      31     Fast     0x1  0b1                 fast call
      30     SMC64    0x0  0b0                 32-bit arguments
      29:24  Owner    0x4  0b000100            Standard Secure
      16     SVEHint  0x0  0b0                 SVE state may be live
      15:0   Number   0x0  0b0000000000000000  PSCI_VERSION
    (vcpu) decode sysreg SCTLR_EL1
    SCTLR_EL1  S3_0_C1_C0_0
      op0 3, op1 0, CRn 1, CRm 0, op2 0; in an ISS 0x300400
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let expression = arguments[expression] ?? ""
    guard let name = arguments[register] else {
      throw ShellError(
        "'decode' needs a register, and an expression to decode another value than the target's")
    }
    if name.lowercased() == "sysreg" {
      return .answer(EncodingAnswer(try systemRegister(expression, session, shell)))
    }
    guard let register = DecodableRegister.named(name) else {
      let names = DecodableRegister.all.flatMap { [$0.name] + $0.aliases }
      let hint = NearNames.hint(of: name, in: names.map { $0.description.lowercased() })
      throw ShellError(
        "no register '\(name)' can be decoded"
          + (hint.isEmpty ? ": 'vcpu-shell decode --list' lists those that can" : hint))
    }
    let decoded =
      if expression.isEmpty {
        DecodedValue(
          try session.registers.layout(of: name) ?? register,
          try liveValue(register, typed: name, session))
      } else {
        DecodedValue(try form(of: register, session), try value(expression, session, shell))
      }
    return .answer(DecodedAnswer(decoded))
  }

  /// A stage 2 descriptor is decoded as the target's HCR_EL2.FWB says; a register by the name that was given.
  private static func form(
    of register: DecodableRegister, _ session: HypervisorSession
  ) throws -> DecodableRegister {
    let name = register.name.description
    guard DecodableRegister.named(name + "_FWB") != nil else { return register }
    return try session.registers.layout(of: name) ?? register
  }

  /// The value of an expression, or of a number as kernels print them, without 0x. A symbol that is spelled like such a
  /// number wins.
  private static func value(
    _ text: String, _ session: HypervisorSession, _ shell: Shell
  ) throws -> UInt64 {
    if let reading = try? RegisterValue.reading(text), let note = reading.note(on: text),
      text.first?.isNumber == true || (try? session.value(of: text)) == nil
    {
      shell.tell(.note(note))
      return reading.value
    }
    return try shell.evaluating(text) { try session.value(of: $0) }.bits
  }

  private static func systemRegister(
    _ text: String, _ session: HypervisorSession, _ shell: Shell
  ) throws -> SystemRegister {
    guard !text.isEmpty else {
      throw ShellError("'decode sysreg' needs a name or an encoding")
    }
    if let named = SystemRegister(named: text) { return named }
    guard text.hasPrefix("$") else {
      let register = try EncodingReader.register(text)
      if let note = RegisterValue.note(on: text) { shell.tell(.note(note)) }
      return register
    }
    let value = try shell.evaluating(text) { try session.value(of: $0) }
    return try EncodingReader.register(hexadecimal(value.bits))
  }

  /// The value of the target's register of the typed name, else of the layout's.
  private static func liveValue(
    _ register: DecodableRegister, typed: String, _ session: HypervisorSession
  ) throws -> UInt64 {
    let canonical = register.name.description.lowercased()
    var plain = canonical
    for suffix in ["_vhe", "_ccidx"] where plain.hasSuffix(suffix) {
      plain.removeLast(suffix.count)
    }
    for name in [typed.lowercased(), plain] {
      if let value = try session.registers.value(of: [name]) { return value.bits }
    }
    throw ShellError(
      "the target has no register '\(plain)': give a value, such as 'decode \(typed) $x0'")
  }
}
