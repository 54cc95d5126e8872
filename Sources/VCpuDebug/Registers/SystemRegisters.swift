public import ArmVCpu
internal import GDBRemote

/// The system registers of the selected CPU, whether or not its stub shows them: the CPU itself is made to read those
/// that the stub doesn't show, and to write those that it doesn't write, at EL2.
///
/// A name means a register, never an encoding: `cntv_ctl_el0` is the guest's virtual timer, and `vbar_el1` is EL1's,
/// even if HCR_EL2.E2H makes an instruction with that name access a different one.
public final class SystemRegisters {
  private let access: TargetAccess
  private var target: any DebugTarget { access.target }

  init(_ access: TargetAccess) { self.access = access }

  /// The register that a name means, if it is one of the CPU's system registers; nil otherwise.
  ///
  /// - Parameter name: the manual's full name, or the stub's.
  public func register(named name: String) -> SystemRegister? {
    guard access.hasHypervisor, access.architecture == .aarch64 else { return nil }
    let description = target.registers[name]
    guard description.map(\.isSystemRegister) ?? true,
      let register = SystemRegister(named: name), !register.isOperation
    else { return nil }
    // `esr` alone isn't a register: there is one for each level.
    let isWhole = [register.typedName, register.encodingName.lowercased()]
      .contains(name.lowercased())
    return isWhole || description != nil ? register : nil
  }

  /// The names to offer in addition to those that a stub shows: most of the others belong to rare CPUs.
  static let offeredNames =
    ["isr_el1"] + (RegisterGroup.gic.registers + RegisterGroup.timer.registers).map(\.typedName)

  /// Whether the stub shows a register.
  public func isShown(_ register: SystemRegister) -> Bool { access.shown(register) != nil }

  // MARK: Reading

  /// The values of registers: the stub's in one round trip, then the others executed in a row.
  ///
  /// - Throws: what the target throws. An unavailable register is an answer, not an error.
  public func answers(for registers: [SystemRegister]) throws -> [SystemRegisterAnswer] {
    try access.requireHypervisor(for: "system registers")
    let state = try access.requireState()
    var answers = [SystemRegisterAnswer?](repeating: nil, count: registers.count)
    let isE2H = try registers.contains { $0.redirected != nil } ? self.isE2H() : false
    // An alias is resolved to its register.
    let meant = registers.map { isE2H ? $0.redirected ?? $0 : $0 }
    for (index, register) in meant.enumerated() {
      answers[index] = answerWithoutTarget(register, state)
    }
    let open = meant.indices.filter { answers[$0] == nil }
    let byStub = open.filter { isShown(meant[$0]) }
    let requests = byStub.compactMap { access.shown(meant[$0]) }.map { Request.register($0) }
    if !requests.isEmpty {
      try access.settle()
      for (index, response) in zip(byStub, try target.batch(requests)) {
        guard let bytes = try? response.bytes(),
          let value = access.byteOrders.registers.integer(bytes)
        else { continue }
        answers[index] = .value(value, from: .stub)
      }
    }
    let rest = open.filter { answers[$0] == nil }
    for (index, answer) in zip(rest, try executed(rest.map { meant[$0] })) {
      answers[index] = answer
    }
    return answers.map { $0 ?? .unavailable("it was not read") }
  }

  /// The value of a register.
  ///
  /// - Throws: `DebugError.notReadable` with the reason if it isn't available.
  func value(of register: SystemRegister, named typed: String) throws -> UInt64 {
    switch try answers(for: [register])[0] {
    case .value(let value, _): return value
    case .unavailable(let reason): throw DebugError.notReadable(typed, reason: reason)
    }
  }

  /// The answer for a register that is known without reading it.
  private func answerWithoutTarget(
    _ register: SystemRegister, _ state: CPUState
  ) -> SystemRegisterAnswer? {
    if register.isOperation { return .unavailable("it is an instruction, not a register") }
    if register.redirected != nil {
      return .unavailable("UNDEFINED on this CPU while HCR_EL2.E2H is 0")
    }
    if register.isInEveryPSTATE, let bits = register.pstateBits, let pstate = state.pstate {
      return .value(pstate & bits, from: .stub)
    }
    // The CPU has no name for the one in use.
    if state.isAtEL2, register == Self.spEL2, selectsEL2Stack(state) {
      return .value(state.sp, from: .stub)
    }
    if state.isAtEL2, register == Self.spEL0, !selectsEL2Stack(state) {
      return .value(state.sp, from: .stub)
    }
    if access.shown(register) == nil, register.isEL3s {
      return .unavailable("only EL3 can access it, and the stub does not show it")
    }
    return nil
  }

  /// SP_EL0 and SP_EL2: S3_0_C4_C1_0 and S3_6_C4_C1_0.
  private static let spEL0 = SystemRegister(3, 0, 4, 1, 0)
  private static let spEL2 = SystemRegister(3, 6, 4, 1, 0)

  private func selectsEL2Stack(_ state: CPUState) -> Bool { state.pstate.map { $0 & 1 } == 1 }

  /// The values of registers that the stub does not show.
  private func executed(_ registers: [SystemRegister]) throws -> [SystemRegisterAnswer] {
    registers.isEmpty ? [] : try access.reach.systemRegisters(registers)
  }

  /// HCR_EL2.E2H.
  private func isE2H() throws -> Bool {
    guard target.registers["HCR_EL2"] != nil else {
      let control = GuestRegister.hcr_el2.systemRegister
      switch try executed([control])[0] {
      case .value(let value, _): return HCR_EL2(rawValue: value).contains(.e2h)
      case .unavailable(let reason): throw DebugError.notReadable("hcr_el2", reason: reason)
      }
    }
    return HCR_EL2(rawValue: try access.readRegister("HCR_EL2")).contains(.e2h)
  }

  // MARK: Writing

  /// Changes a register of the CPU by its target's name: a system register through the CPU itself, others through
  /// the stub.
  func write(_ value: UInt64, toCPU name: String, named typed: String) throws {
    guard let register = register(named: name), access.shown(register) != nil else {
      return try access.writeRegister(name, value, named: typed)
    }
    _ = try write(value, to: register, named: typed)
  }

  /// Changes a register, and reads it back.
  ///
  /// - Parameters:
  ///   - typed: its name as typed, for errors.
  ///   - isForced: whether a register may be written whose change may break EL2's own execution.
  /// - Throws: `DebugError.readOnly` with the reason if it can't be written, `.cannotExecute`. Then nothing has
  ///   changed.
  @discardableResult
  public func write(
    _ value: UInt64, to named: SystemRegister, named typed: String, isForced: Bool = false
  ) throws -> SystemRegisterWrite {
    let state = try access.requireState()
    let register = try named.redirected.map { try isE2H() ? $0 : named } ?? named
    func refuse(_ reason: String) -> DebugError { .readOnly(typed, reason: reason) }
    guard register.pstateBits == nil else {
      throw refuse("it is a view of PSTATE: set $hv.cpsr")
    }
    guard register.redirected == nil else {
      throw refuse("UNDEFINED on this CPU while HCR_EL2.E2H is 0")
    }
    // The stack pointer in use can't be accessed by its name.
    if register == (selectsEL2Stack(state) ? Self.spEL2 : Self.spEL0), state.isAtEL2 {
      try access.writeRegister("sp", value, named: typed)
      return SystemRegisterWrite(value: value, differingBits: 0)
    }
    guard !register.isEL3s else { throw refuse("only EL3 can access it") }
    let executor = try InstructionExecutor(access)
    var ground: ExecutionGround
    do {
      ground = try executor.ground()
    } catch DebugError.cannotExecute(let obstacle) {
      throw refuse("\(obstacle)")
    }
    let takesGround = try takesGround(value, register)
    guard isForced || !takesGround else {
      throw refuse(
        "it may break EL2's own execution: 'set force $\(typed) = …' sets it anyway"
      )
    }
    if takesGround {
      ground.physicalAddress = try HardwareTranslation(access).physicalAddress(
        ofHypervisor: ground.address, on: ground)
    }
    // Its value is restored if something fails, unless the read itself would change something.
    var isReadable = false
    if !takesGround, !register.hasReadEffect,
      case .executed(let old) = try executor.run(
        [.read(ground.encoding(of: register))], on: ground)[0]
    {
      ground.registers = [(register, old)]
      isReadable = true
    }
    func instructions(_ encoding: EL2Encoding) -> [PlacedInstruction] {
      // After a change of EL2's own execution state nothing more is executed.
      [.write(encoding, value)] + (takesGround ? [] : [.read(encoding)])
    }
    var outcomes = try executor.run(instructions(ground.encoding(of: register)), on: ground)
    if ExecutedReading.hasNoAlias(register, outcomes[0], on: ground), outcomes.count > 1,
      ExecutedReading.hasNoAlias(register, outcomes[1], on: ground)
    {
      outcomes = try executor.run(instructions(EL2Encoding(itself: register)), on: ground)
    }
    guard case .executed = outcomes[0] else {
      if isReadable { throw refuse("read-only on this CPU") }
      if outcomes.count > 1, case .executed = outcomes[1] { throw refuse("read-only on this CPU") }
      throw refuse(outcomes[0].obstacle)
    }
    access.forget()
    let now: UInt64?
    if takesGround {
      now = try access.shown(register).map { try access.readRegister($0.name) }
    } else if case .executed(let value) = outcomes[1] {
      now = value
    } else {
      now = nil
    }
    return SystemRegisterWrite(value: now, differingBits: now.map { $0 ^ value } ?? 0)
  }

  private func takesGround(_ value: UInt64, _ register: SystemRegister) throws -> Bool {
    guard register.isGroundOfEL2 else { return false }
    guard let now = try answers(for: [register])[0].value else { return true }
    return (now ^ value) & register.groundBits != 0
  }
}
