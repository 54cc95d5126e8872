internal import ArmVCpu
internal import VCpuDebug

/// A register's value, field by field.
struct DecodedAnswer: Answer {
  static let kind = "decoded"
  /// The name of the register or of the layout.
  let register: String
  /// What the register is, in words.
  let title: String
  /// The whole value.
  let value: Hex
  /// A syndrome's meaning in one line; omitted for other registers.
  let summary: String?
  /// Its fields, from the highest bit down.
  let fields: [FieldAnswer]

  init(_ decoded: DecodedValue) {
    register = decoded.register.name.description
    title = decoded.register.title.description
    value = Hex(decoded.value)
    summary = decoded.register.summary(of: decoded.value)
    fields = decoded.tree.map(FieldAnswer.init)
  }
}

/// A system register by its encoding.
struct EncodingAnswer: Answer {
  static let kind = "encoding"
  /// Its name; omitted if there is none. For an MSR (immediate), the name of the PSTATE field.
  let register: String?
  /// Its name for writes, if that differs.
  let writeRegister: String?
  /// The generic name that assemblers accept for any register: `S3_0_C1_C0_0`.
  let encoding: String
  /// Whether the encoding is IMPLEMENTATION DEFINED.
  let isImplementationDefined: Bool
  /// The parts of the encoding.
  let op0, op1, crn, crm, op2: Int
  /// The encoding as in the ISS of a trapped access.
  let iss: Hex
  /// The disassembled instruction of an MSR (immediate); omitted for registers, which several instructions access.
  let instruction: String?

  init(_ systemRegister: SystemRegister) {
    let write = ImmediateWrite(systemRegister)
    instruction = write?.assembly
    let writeName = systemRegister.name(isRead: false)?.description
    register = systemRegister.name?.description ?? write?.field.name.description
    writeRegister = writeName == register || write != nil ? nil : writeName
    encoding = systemRegister.encodingName
    isImplementationDefined = systemRegister.isImplementationDefined
    op0 = Int(systemRegister.op0)
    op1 = Int(systemRegister.op1)
    crn = Int(systemRegister.crn)
    crm = Int(systemRegister.crm)
    op2 = Int(systemRegister.op2)
    iss = Hex(UInt64(systemRegister.rawValue))
  }
}
