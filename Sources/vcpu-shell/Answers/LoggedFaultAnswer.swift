internal import ArmVCpu
internal import VCpuDebug

/// A fault that a log reports, as `decode` reads it from an oops, a panic or a dump of registers.
struct LoggedFaultAnswer: Answer {
  static let kind = "loggedFault"
  /// What happened, in a sentence.
  let summary: String
  /// The line of the log where the report begins, from 1.
  let line: Int
  /// The exception level that the exception was taken from, 0 to 3; omitted if the log does not say.
  let exceptionLevel: Int?
  /// The faulting virtual address; omitted if there is none.
  let address: Hex?
  /// The faulting intermediate physical address of a stage 2 fault; omitted if there is none.
  let ipa: Hex?
  /// The PC of the interrupted code; omitted if the log has only a symbol, or nothing.
  let pc: Hex?
  /// The PC's symbol, such as `memcpy+0x10`; omitted if the log has none.
  let symbol: String?
  /// The instruction at the PC; omitted if the log doesn't contain its word.
  let instruction: String?
  /// The registers that were found, except for the general-purpose ones, in the order of the log.
  let findings: [Finding]
  /// The general-purpose registers that were found, in the order of the log.
  let registers: [General]

  /// A register of a log.
  struct Finding: Codable, Equatable, Sendable {
    /// Its name, with the exception level if the log has one: `ESR_EL2`, `FAR`, `PC`.
    let register: String
    /// Its value; omitted if the log has a symbol instead.
    let value: Hex?
    /// The line where it was first found, from 1.
    let line: Int
    /// What the value means, in a few words; omitted if the number says it all.
    let summary: String?
    /// The fields of the value; empty if it has none.
    let fields: [FieldAnswer]
  }

  /// A general-purpose register of a log.
  struct General: Codable, Equatable, Sendable {
    /// Its name: `x0` to `x30`.
    let register: String
    /// Its value.
    let value: Hex
    /// The line where it was first found, from 1.
    let line: Int
  }

  init(_ fault: LogFault, by disassembler: Disassembler?) {
    let isA64 = fault.status?.isAArch32 != true
    instruction = fault.instruction.flatMap { word in
      isA64 ? disassembler?.instruction(word, at: fault.counter ?? 0).text : nil
    }
    summary = FaultSentence(fault, instruction: instruction).text
    line = fault.line
    exceptionLevel = fault.originLevel
    address = fault.address.map { Hex($0) }
    ipa = fault.intermediateAddress.map { Hex($0) }
    pc = fault.counter.map { Hex($0) }
    symbol = fault.symbol
    var findings: [Finding] = []
    var registers: [General] = []
    for found in fault.findings {
      guard case .general(let number) = found.value.register.kind else {
        findings.append(Finding(found, in: fault, instruction: instruction))
        continue
      }
      guard let value = found.value.value else { continue }
      registers.append(General(register: "x\(number)", value: Hex(value), line: found.line))
    }
    self.findings = findings
    self.registers = registers
  }
}

extension LoggedFaultAnswer.Finding {
  /// - Parameter instruction: the disassembled instruction at the PC.
  fileprivate init(_ found: LogFault.Finding, in fault: LogFault, instruction: String?) {
    let (register, value) = (found.value.register, found.value.value)
    let layout = register.layout.flatMap { DecodableRegister.named($0) }
    self.register = register.name
    self.value = value.map { Hex($0) }
    line = found.line
    let words = register.kind == .instruction ? instruction : nil
    summary = value.flatMap { Self.summary(register, $0, in: fault) } ?? words ?? found.value.symbol
    fields =
      if let layout, let value { FieldAnswer.fields(of: layout, value) } else { [] }
  }

  private static func summary(
    _ register: LogRegister, _ value: UInt64, in fault: LogFault
  ) -> String? {
    switch register.kind {
    case .syndrome: return ESR_EL2(rawValue: value).summary
    case .pageAddress:
      if fault.esr != nil, fault.intermediateAddress == nil {
        return "not valid for this exception"
      }
      return "page \(hexadecimal(HPFAR_EL2(rawValue: value).page.rawValue))"
    case .status:
      let status = SPSR_EL2(rawValue: value)
      return status.isAArch32 ? "AArch32" : "EL\(status.exceptionLevel)"
    case .translation: return translation(value)
    default: return nil
    }
  }
  /// The meaning of PAR_EL1 (Arm ARM DDI 0487, "PAR_EL1"): F, then PA[51:12] or FST.
  private static func translation(_ value: UInt64) -> String {
    // KVM's value for registers that it never wrote: reset_unknown in arch/arm64/kvm/sys_regs.h of Linux.
    if value == 0x1de7_ec7e_dbad_c0de { return "nothing was translated" }
    guard value & 1 != 0 else { return "PA \(hexadecimal(value & 0x000f_ffff_ffff_f000))" }
    return "failed: \(FaultStatus(rawValue: UInt8(truncatingIfNeeded: value >> 1)).name)"
  }
}
