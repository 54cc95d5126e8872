internal import ArmVCpu

/// A fault that a log reports: its registers, each once.
struct LogFault: Equatable, Sendable {
  /// A register's value and the line where it was first found, from 1.
  struct Finding: Equatable, Sendable {
    let value: LogValue
    let line: Int
  }

  /// In the order of the log.
  private(set) var findings: [Finding] = []
  /// The line where the report begins, from 1.
  private(set) var line = 0
  /// The exception levels that the log names in words.
  var origin: (from: Int, to: Int)?
  /// Phrases that were seen and that a report contains only once.
  private(set) var marks: [String] = []

  static func == (left: LogFault, right: LogFault) -> Bool {
    left.findings == right.findings && left.line == right.line
  }

  /// Whether nothing has been found yet.
  var isEmpty: Bool { findings.isEmpty && marks.isEmpty && line == 0 }

  /// Whether it contains enough to report: a syndrome, a fault's address, or a CPU's PC and state.
  var isFault: Bool {
    first(.syndrome) != nil || first(.faultAddress) != nil || first(.translation) != nil
      || (first(.status) != nil && (first(.counter) ?? first(.linkedCounter)) != nil)
  }

  /// Whether a value contradicts the values found so far, so that it belongs to another report. EDK2 shows the callers
  /// as PC too, with only blanks between name and value; a symbol without a value contradicts nothing.
  ///
  /// - Parameter line: the line of the value.
  func contradicts(_ value: LogValue, at line: Int) -> Bool {
    guard let known = finding(of: value.register)?.value else {
      return isOtherSyndrome(value, at: line) || isOfOtherLevel(value, at: line)
    }
    if let old = known.value, let new = value.value { return old != new }
    return known.value == nil && value.value == nil && known.symbolName != value.symbolName
  }

  /// Whether a value is a second syndrome under another name: `HSR=0xbe000000`, then `ESR=0x96000045`. Of EL1 and EL2
  /// a report has both, and `ESR_EL1` after `ESR` is the guest's.
  private func isOtherSyndrome(_ value: LogValue, at line: Int) -> Bool {
    guard value.register.kind == .syndrome else { return false }
    let new = value.register.level
    return findings.contains { known in
      let old = known.value.register.level
      return known.value.register.kind == .syndrome && known.line < line
        && known.value.value != value.value && (old == nil) != (new == nil)
        && !(old == nil && new == 1)
    }
  }

  /// Whether a value is the PSTATE of a level that the exception cannot come from: that of code that took an exception
  /// from a lower level.
  private func isOfOtherLevel(_ value: LogValue, at line: Int) -> Bool {
    guard value.register.kind == .status, let status = value.value.map(SPSR_EL2.init(rawValue:)),
      let syndrome, syndrome.line < line, let esr,
      [0x20, 0x24, 0x30, 0x32, 0x34].contains(esr.exceptionClass.rawValue)
    else { return false }
    let level = level ?? 2
    return level >= 2 && value.register.level ?? level == level && !status.isAArch32
      && Int(status.exceptionLevel) >= level
  }

  /// Whether a line repeats a report that has its syndrome and PC in one line: the fault happened again.
  func isRepeated(by values: [LogValue], at line: Int) -> Bool {
    guard let syndrome = first(.syndrome), let counter = first(.counter),
      syndrome.line == counter.line, syndrome.line < line
    else { return false }
    return [syndrome, counter].allSatisfy { known in
      known.value.value != nil
        && values.contains { $0.register == known.value.register && $0.value == known.value.value }
    }
  }

  mutating func begin(at line: Int) { if self.line == 0 { self.line = line } }
  mutating func add(mark: String) { marks.append(mark) }

  /// Adds a value, unless its register is known.
  mutating func add(_ value: LogValue, line: Int) {
    begin(at: line)
    guard finding(of: value.register) == nil else { return }
    findings.append(Finding(value: value, line: line))
  }

  func finding(of register: LogRegister) -> Finding? {
    findings.first { $0.value.register == register }
  }

  private func first(_ kind: LogRegister.Kind) -> Finding? {
    findings.first { $0.value.register.kind == kind }
  }

  // MARK: What belongs together

  /// The syndrome of the report: that of the highest exception level, since a hypervisor or firmware also prints its
  /// guest's. A syndrome for which the log names no level is the reporter's own.
  var syndrome: Finding? {
    let all = findings.filter { $0.value.register.kind == .syndrome }
    return all.first { $0.value.register.level == nil }
      ?? all.max { ($0.value.register.level ?? 0) < ($1.value.register.level ?? 0) }
  }

  /// The syndrome's value.
  var esr: ESR_EL2? { syndrome?.value.value.map { ESR_EL2(rawValue: $0) } }

  /// The exception level that took the exception, if the log says.
  var level: Int? {
    if let level = syndrome?.value.register.level ?? origin?.to { return level }
    // Only software at EL2 prints HPFAR_EL2.
    return syndrome != nil && first(.pageAddress) != nil ? 2 : nil
  }

  /// The register of a kind that belongs to the syndrome: the one of its level, or the one without a level, or the only
  /// one.
  func finding(_ kind: LogRegister.Kind) -> Finding? {
    let all = findings.filter { $0.value.register.kind == kind }
    if let level, let exact = all.first(where: { $0.value.register.level == level }) {
      return exact
    }
    if let plain = all.first(where: { $0.value.register.level == nil }) { return plain }
    return level == nil && all.count == 1 ? all[0] : nil
  }

  private func number(_ kind: LogRegister.Kind) -> UInt64? { finding(kind)?.value.value }

  /// The PSTATE of the interrupted code.
  var status: SPSR_EL2? { number(.status).map { SPSR_EL2(rawValue: $0) } }

  /// The PC of the interrupted code.
  var counter: UInt64? { number(.counter) ?? number(.linkedCounter) }

  /// The PC's symbol, with its offset: `handle_fault+0x20`.
  var symbol: String? {
    finding(.counter)?.value.symbolName ?? finding(.linkedCounter)?.value.symbolName
  }

  /// The virtual address of an abort or a watchpoint; nil if the syndrome says that FAR is not valid.
  var address: UInt64? {
    guard let esr else { return number(.faultAddress) }
    switch esr.exceptionClass.rawValue {
    case 0x20, 0x21, 0x24, 0x25, 0x34, 0x35:
      // FnV.
      return esr.iss & 1 << 10 == 0 ? number(.faultAddress) : nil
    case 0x22, 0x1e: return number(.faultAddress)
    default: return nil
    }
  }

  /// The intermediate physical address of a stage 2 fault: as given in the log, or HPFAR_EL2 with the page offset of
  /// FAR_EL2, if that is valid (Arm ARM DDI 0487, "HPFAR_EL2").
  var intermediateAddress: UInt64? {
    guard let esr, [0x20, 0x24].contains(esr.exceptionClass.rawValue) else { return nil }
    let isWalk = esr.iss & 1 << 7 != 0
    if let address = number(.intermediateAddress) {
      let hasOffset = address & 0xfff != 0 || isWalk
      return hasOffset ? address : address | (number(.faultAddress) ?? 0) & 0xfff
    }
    let status = FaultStatus(rawValue: UInt8(truncatingIfNeeded: esr.iss))
    guard level ?? 2 == 2, let page = number(.pageAddress),
      status.reportsIPA(duringStage1Walk: isWalk)
    else { return nil }
    let offset = isWalk ? 0 : (number(.faultAddress) ?? 0) & 0xfff
    return HPFAR_EL2(rawValue: page).page.rawValue | offset
  }

  /// The instruction at PC.
  var instruction: UInt32? { number(.instruction).map { UInt32(truncatingIfNeeded: $0) } }

  /// The exception level that the exception was taken from; nil if the log does not say.
  var originLevel: Int? {
    if let status { return Int(status.exceptionLevel) }
    if let origin { return origin.from }
    guard let esr, let level else { return nil }
    switch esr.exceptionClass.rawValue {
    case 0x21, 0x25, 0x31, 0x33, 0x35: return level
    // There is only one level below EL1.
    case 0x20, 0x24, 0x30, 0x32, 0x34: return level == 1 ? 0 : nil
    default: return nil
    }
  }

  /// The value of a general-purpose register, truncated to the bytes that were transferred; nil if the log has none.
  func general(_ number: UInt8, byteCount: UInt8) -> UInt64? {
    if number == 31 { return 0 }
    guard let value = self.number(.general(Int(number))) else { return nil }
    return byteCount >= 8 ? value : value & (1 << (UInt64(byteCount) * 8) - 1)
  }
}
