public import ArmVCpu

/// A group of system registers that are shown together.
public enum RegisterGroup: String, CaseIterable, Sendable {
  /// EL1's and EL0's registers: at an exit the guest's.
  case el1
  /// EL2's own.
  case el2
  /// The counters and timers of all levels.
  case timer
  /// The interrupt controller's: CPU interface, virtual interface, list registers.
  case gic
  /// Identification of the CPU and its features.
  case id
  /// The keys of pointer authentication.
  case pauth
  /// Breakpoints, watchpoints and the debug channel.
  case debug
  /// Performance and activity monitors, and statistical profiling.
  case pmu

  /// Its registers, in the order of their encodings. Instructions, views of PSTATE, aliases, EL3's registers, and
  /// registers with read side effects are in no group.
  public var registers: [SystemRegister] { Self.members[self] ?? [] }

  /// All registers that can be read without side effects, including those in no group.
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

  /// The group of a register, or nil if it isn't in one.
  ///
  /// Decided by the manual's name, whose prefix shows what a register belongs to, and then by the encoding. (Arm ARM
  /// DDI 0487, D22.1.2 "Principles of the System instruction class encoding".)
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
    // The other registers with op0 2 are for tracing.
    if register.op0 == 2 {
      return ["dbg", "md", "os"].contains { name.hasPrefix($0) } ? .debug : nil
    }
    if register.crn == 0, register.op1 < 4 { return .id }
    return register.op1 >= 4 && name.hasSuffix("_el2") ? .el2 : .el1
  }
}
