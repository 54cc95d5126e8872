internal import ArmVCpu
internal import GDBRemote

/// The place where instructions are executed, and what it was before: everything in the target that an instruction
/// placed by the debugger may change.
struct ExecutionGround {
  /// The CPU.
  let thread: ThreadID
  /// Its PC, where the instructions are placed.
  let address: UInt64
  /// The place's physical address, if it is known: for instructions that change what addresses mean.
  var physicalAddress: UInt64?
  /// The bytes there.
  let code: [UInt8]
  /// x0, SP and PSTATE.
  let x0: UInt64
  let sp: UInt64
  let pstate: UInt64
  /// The registers that an exception at EL2 overwrites.
  var syndrome: [(register: SystemRegister, value: UInt64)]
  /// HCR_EL2, which decides the registers that an instruction's encodings access.
  var hcr = HCR_EL2()
  /// System registers that the instructions themselves change.
  var registers: [(register: SystemRegister, value: UInt64)] = []

  /// Other registers that are written, in raw bytes.
  var others: [(register: RegisterDescription, bytes: [UInt8])] = []

  /// ESR_EL2, ELR_EL2, SPSR_EL2 and FAR_EL2.
  static let syndromeRegisters = ["ESR_EL2", "ELR_EL2", "SPSR_EL2", "FAR_EL2"]

  /// PSTATE for the instructions: interrupts masked, and no bits set that make an instruction fault because of its
  /// place or of what came before it. (Arm ARM DDI 0487, D1.4 "PSTATE": BTYPE, IL, SS.)
  var executionPSTATE: UInt64 {
    (pstate & ~(SPSR_EL2.btypeMask | SPSR_EL2.softwareStep | SPSR_EL2.illegalState)) | SPSR_EL2.daif
  }

  /// The encoding with which an instruction at EL2 accesses a register.
  func encoding(of register: SystemRegister) -> EL2Encoding {
    EL2Encoding(reaching: register, isE2H: hcr.contains(.e2h))
  }

  /// A text with what the user has to restore if the debugger no longer can.
  var text: String {
    func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
    let word = RegisterDescription.integer(code) ?? 0
    let registers =
      [("x0", x0), ("sp", sp), ("pc", address), ("PSTATE", pstate)]
      + (syndrome + registers).map { ($0.register.typedName, $0.value) }
    return
      "thread \(thread) was executing an instruction for the debugger, and its earlier state may not be restored: "
      + "the word \(hexadecimal(word)) at hv:\(hexadecimal(address)), "
      + (registers.map { "\($0.0) \(hexadecimal($0.1))" }
      + others.map {
        "\($0.register.name) 0x\(RegisterDescription.integer($0.bytes).map { String($0, radix: 16) } ?? "…")"
      }).joined(separator: ", ")
  }
}
