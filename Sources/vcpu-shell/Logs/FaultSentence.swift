internal import ArmVCpu

/// A log's fault in one sentence: `EL1 wrote 4 bytes to IPA 0x9000000 (translation fault, level 3) with w8 (0x41) at pc
/// 0x40201000`.
struct FaultSentence {
  private let fault: LogFault
  /// The disassembled instruction at PC; nil if the log has no instruction.
  private let instruction: String?

  init(_ fault: LogFault, instruction: String?) {
    self.fault = fault
    self.instruction = instruction
  }

  var text: String {
    guard let esr = fault.esr else { return withoutSyndrome }
    switch esr.exceptionClass.rawValue {
    case 0x24, 0x25: return dataAbort(DataAbortSyndrome(iss: esr.iss))
    case 0x20, 0x21: return instructionAbort(InstructionAbortSyndrome(iss: esr.iss))
    default: return esr.summary + transfer(esr) + address + from + place
    }
  }

  // MARK: Who and where

  /// Who did it: `EL1`, `a lower EL`.
  private var subject: String {
    if let level = fault.originLevel { return "EL\(level)" }
    guard let esr = fault.esr else { return "the CPU" }
    return esr.exceptionClass.rawValue & 1 == 0 ? "a lower EL" : "code at the same EL"
  }

  private var from: String { fault.originLevel.map { ", from EL\($0)" } ?? "" }

  private var place: String {
    let by = instruction.map { " by '\($0)'" } ?? ""
    let symbol = fault.symbol.map { "<\($0)>" }
    guard let counter = fault.counter else { return by + (symbol.map { " at \($0)" } ?? "") }
    return by + " at pc \(hexadecimal(counter))" + (symbol.map { " " + $0 } ?? "")
  }

  /// The address of a data abort, an instruction abort or a watchpoint: `IPA 0x9000000`, or else `0xffff000000000010`.
  private var target: String? {
    if let address = fault.intermediateAddress { return "IPA \(hexadecimal(address))" }
    return fault.address.map { hexadecimal($0) }
  }

  private var address: String { fault.address.map { ", address \(hexadecimal($0))" } ?? "" }

  // MARK: What

  private func dataAbort(_ syndrome: DataAbortSyndrome) -> String {
    let status = syndrome.status
    let reason = " (\(status.name))"
    if syndrome.isStage1Walk { return walk("accessed", reason) }
    if syndrome.isCacheMaintenance {
      return "\(subject) maintained a cache\(target.map { " at \($0)" } ?? "")" + reason + place
    }
    // WnR is UNKNOWN for these.
    guard status.rawValue != 0x31, status.rawValue != 0x35 else {
      return "\(subject) accessed\(target.map { " \($0)" } ?? " memory")" + reason + place
    }
    let isWrite = syndrome.isWrite
    let count =
      byteCount(syndrome).map { $0 == 1 ? " 1 byte" : " \($0) bytes" }
      ?? (target == nil ? " memory" : "")
    let direction = target.map { isWrite ? " to \($0)" : " from \($0)" } ?? ""
    return "\(subject) \(isWrite ? "wrote" : "read")" + count + direction + reason
      + register(syndrome) + place
  }

  /// The instruction at PC, if it is a load or store that agrees with the syndrome.
  private func access(_ syndrome: DataAbortSyndrome) -> LoadStoreInstruction? {
    guard fault.status?.isAArch32 != true, let word = fault.instruction,
      case .loadStore(let instruction) = MemoryInstruction(word),
      instruction.isLoad != syndrome.isWrite
    else { return nil }
    return instruction
  }

  /// How many bytes were transferred, from the syndrome or the instruction.
  private func byteCount(_ syndrome: DataAbortSyndrome) -> UInt64? {
    if syndrome.isInstructionSyndromeValid { return UInt64(syndrome.byteCount) }
    return access(syndrome)?.totalByteCount
  }

  /// The register of the transfer, with its value if that was written.
  private func register(_ syndrome: DataAbortSyndrome) -> String {
    let (number, is64Bit, byteCount): (UInt8, Bool, UInt8)
    if syndrome.isInstructionSyndromeValid {
      (number, is64Bit, byteCount) = (
        syndrome.register, syndrome.is64BitRegister, syndrome.byteCount
      )
    } else if let access = access(syndrome), !access.isPair, access.kind != .v {
      (number, is64Bit, byteCount) = (access.first, access.kind == .x, access.byteCount)
    } else {
      return ""
    }
    let name = GeneralRegister.name(number, is64Bit: is64Bit)
    guard syndrome.isWrite else { return " into \(name)" }
    let value = fault.general(number, byteCount: byteCount)
    return " with \(name)" + (value.map { " (\(hexadecimal($0)))" } ?? "")
  }

  private func instructionAbort(_ syndrome: InstructionAbortSyndrome) -> String {
    let reason = " (\(syndrome.status.nameForInstruction))"
    if syndrome.isStage1Walk { return walk("fetched an instruction from", reason) }
    let source = target.map { " from \($0)" } ?? ""
    let isSame = fault.counter != nil && fault.counter == fault.address && fault.symbol == nil
    let hasOtherAddress = fault.intermediateAddress != nil
    return "\(subject) fetched an instruction" + source + reason
      + (isSame && !hasOtherAddress ? "" : place)
  }

  /// The guest's table walk failed at stage 2: the address of the access is in FAR, that of the table in HPFAR.
  private func walk(_ verb: String, _ reason: String) -> String {
    let access = fault.address.map { "\(verb) \(hexadecimal($0))" } ?? "accessed memory"
    let table = fault.intermediateAddress.map { " at IPA \(hexadecimal($0))" } ?? ""
    return "\(subject) \(access), whose stage 1 table walk failed\(table)\(reason)" + place
  }

  /// The value that an MSR would have written.
  private func transfer(_ esr: ESR_EL2) -> String {
    guard esr.exceptionClass == .systemRegister else { return "" }
    let syndrome = SystemRegisterSyndrome(iss: esr.iss)
    guard !syndrome.isRead, syndrome.register != 31,
      let value = fault.general(syndrome.register, byteCount: 8)
    else { return "" }
    return " (\(hexadecimal(value)))"
  }

  private var withoutSyndrome: String {
    let address = fault.address.map { ", fault address \(hexadecimal($0))" } ?? ""
    return "no syndrome: \(subject) was" + (place.isEmpty ? " interrupted" : place) + address
  }
}
