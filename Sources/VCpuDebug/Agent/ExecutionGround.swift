internal import ArmVCpu
internal import GDBRemote

/// Where instructions are executed, and what was there before: all that an instruction which the debugger places may
/// change in the target.
struct ExecutionGround {
  /// The CPU.
  let thread: ThreadID
  /// Its PC: the instructions are placed there.
  let address: UInt64
  /// The same in physical memory, where that is known: for instructions that change what addresses mean.
  var physicalAddress: UInt64?
  /// The bytes there.
  let code: [UInt8]
  /// x0, SP and PSTATE.
  let x0: UInt64
  let sp: UInt64
  let pstate: UInt64
  /// What an exception at EL2 overwrites.
  var syndrome: [(register: SystemRegister, value: UInt64)]
  /// HCR_EL2, which says what an instruction's names of registers reach.
  var hcr = HCR_EL2()
  /// System registers that the instructions themselves change.
  var registers: [(register: SystemRegister, value: UInt64)] = []

  /// Other registers that are written besides, in raw bytes.
  var others: [(register: RegisterDescription, bytes: [UInt8])] = []

  /// ESR_EL2, ELR_EL2, SPSR_EL2 and FAR_EL2.
  static let syndromeRegisters = ["ESR_EL2", "ELR_EL2", "SPSR_EL2", "FAR_EL2"]

  /// PSTATE for the instructions: interrupts masked, and nothing that makes an instruction fault for where it is or what
  /// was before it. (Arm ARM DDI 0487, D1.4 "PSTATE": BTYPE, IL, SS.)
  var executionPSTATE: UInt64 {
    (pstate & ~(SPSR_EL2.btypeMask | SPSR_EL2.softwareStep | SPSR_EL2.illegalState)) | SPSR_EL2.daif
  }

  /// How an instruction at EL2 reaches a register.
  func encoding(of register: SystemRegister) -> EL2Encoding {
    EL2Encoding(reaching: register, isE2H: hcr.contains(.e2h))
  }

  /// What a person has to put back where the debugger no longer can.
  var text: String {
    func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
    let word = RegisterDescription.integer(code) ?? 0
    let registers =
      [("x0", x0), ("sp", sp), ("pc", address), ("PSTATE", pstate)]
      + (syndrome + registers).map { ($0.register.typedName, $0.value) }
    return
      "thread \(thread) was executing an instruction of the debugger's, and what it had before may not be back: "
      + "the word \(hexadecimal(word)) at hv:\(hexadecimal(address)), "
      + (registers.map { "\($0.0) \(hexadecimal($0.1))" }
      + others.map {
        "\($0.register.name) 0x\(RegisterDescription.integer($0.bytes).map { String($0, radix: 16) } ?? "…")"
      }).joined(separator: ", ")
  }
}
