public import ArmVCpu

/// A group of system registers that a person looks at together.
public enum RegisterGroup: String, CaseIterable, Sendable {
  /// EL1's and EL0's: at an exit the guest's.
  case el1
  /// EL2's own.
  case el2
  /// The counters and timers of all levels.
  case timer
  /// The interrupt controller's: CPU interface, virtual interface, list registers.
  case gic
  /// What the CPU is and implements.
  case id
  /// The keys of pointer authentication.
  case pauth
  /// Breakpoints, watchpoints and the debug channel.
  case debug
  /// Performance and activity monitors, and statistical profiling.
  case pmu

  /// Its registers, in the order of their encodings. What is an instruction, a view of PSTATE, another name, EL3's, or
  /// changes something when it is read, is in none.
  public var registers: [SystemRegister] { Self.members[self] ?? [] }

  /// All registers that can be read without harm, those of no group too.
  public static let everyRegister: [SystemRegister] = SystemRegister.allNamed.filter(isPlain)

  private static let members = Dictionary(
    grouping: everyRegister.compactMap { register in
      Self(of: register).map { (group: $0, register: register) }
    }, by: \.group
  ).mapValues { $0.map(\.register) }

  private static func isPlain(_ register: SystemRegister) -> Bool {
    !register.isOperation && !register.isEL3s && register.redirected == nil
      && register.pstateBits == nil && !register.hasReadEffect
  }

  /// The group that a register is of; nil for one of none.
  ///
  /// By the names of the manual, whose beginning says what a register belongs to, then by the encoding. (Arm ARM DDI
  /// 0487, D22.1.2 "Principles of the System instruction class encoding".)
  public init?(of register: SystemRegister) {
    guard let group = Self.group(of: register) else { return nil }
    self = group
  }

  private static func group(of register: SystemRegister) -> RegisterGroup? {
    let name = register.typedName
    if name.hasPrefix("cnt") { return .timer }
    if name.hasPrefix("icc_") || name.hasPrefix("ich_") { return .gic }
    if name.hasPrefix("ap"), name.contains("key") { return .pauth }
    if name.hasPrefix("pm") || name.hasPrefix("am"), !name.hasPrefix("amair") { return .pmu }
    // The other registers of op0 2 are those of tracing.
    if register.op0 == 2 {
      return ["dbg", "md", "os"].contains { name.hasPrefix($0) } ? .debug : nil
    }
    if register.crn == 0, register.op1 < 4 { return .id }
    return register.op1 >= 4 && name.hasSuffix("_el2") ? .el2 : .el1
  }
}
