internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// What the CPU does for the debugger at a guest's exit: it finishes or skips the guest's instruction, or raises an
/// exception in the guest, and enters the guest, whose hypervisor never sees the exit.
///
/// The rules are those of `ArmVCpu`, which runs here on a machine in memory (`GuestMachine`): what it needs is read
/// before, and what it changed is written after.
public final class SessionAgent {
  let access: TargetAccess
  let memory: SessionMemory
  let exits: Exits
  let system: SystemRegisters
  /// The interrupts that are still to be withdrawn.
  let interrupts: PendingInterrupts
  private let exceptionReturn: ExceptionReturn
  /// The features of the CPUs, once they were read. EL2's identification registers never change.
  var features: [ThreadID: CPUFeatures] = [:]

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits, _ system: SystemRegisters
  ) {
    self.access = access
    self.memory = memory
    self.exits = exits
    self.system = system
    exceptionReturn = ExceptionReturn(access, memory, exits)
    interrupts = PendingInterrupts(access, memory, exits, system, by: exceptionReturn)
  }

  /// Answers the exit that the CPU is at, and enters the guest.
  ///
  /// - Parameter leave: called before the guest is entered.
  func perform(_ action: GuestAction, leave: () throws -> Void) throws -> GuestResumption {
    try access.requireStopped()
    try access.requireHypervisor(for: "guest exits to answer")
    _ = try access.live()
    let exit = try exits.require()
    try require(action, at: exit)
    var entry = try entry()
    let (machine, features) = try readMachine(of: exit)
    var answered = try answer(exit, by: action, machine, features, into: &entry)
    try leave()
    exits.noteResume(isWholeTarget: false)
    answered.pc = try entry.enter().pc
    // The target is not accessed any more: the guest is entered, and that isn't a failure.
    if case .inject(let injection) = action, answered.isPending {
      interrupts.note(injection, vectors: machine.registers[.vbar_el1] ?? 0)
    }
    return answered
  }

  /// An entry into the guest from where the CPU is, at EL2.
  ///
  /// - Throws: `DebugError.cannotExecute`, and `.refused` if there is no `eret`.
  func entry() throws -> GuestEntry {
    let ground = try InstructionExecutor(access).ground()
    guard let address = try exceptionReturn.address() else {
      throw DebugError.refused(.noReturn)
    }
    return GuestEntry(access, on: ground, by: address)
  }

  // MARK: Whether it can be done

  private func require(_ action: GuestAction, at exit: Exit) throws {
    switch exit.moment {
    case .caught: break
    case .handled: throw DebugError.refused(.isHandled)
    case .entering:
      guard case .inject = action else { throw DebugError.refused(.isAnswered) }
    }
    let reason = exit.reason
    switch (action, reason) {
    case (.skip, .irq), (.skip, .fiq), (.skip, .serror), (.skip, .instructionAbort),
      (.complete, .irq), (.complete, .fiq), (.complete, .serror), (.complete, .instructionAbort):
      throw DebugError.refused(.noInstruction(reason.exitClass))
    default: break
    }
  }

  // MARK: By the rules of the library

  private func answer(
    _ exit: Exit, by action: GuestAction, _ machine: GuestMachine, _ features: CPUFeatures,
    into entry: inout GuestEntry
  ) throws -> GuestResumption {
    var (frame, systemChanges, vectors) = try load(
      exit, machine, features, into: &entry
    ) { vcpu in try act(action, on: &vcpu, at: exit) }
    if case .inject(.irq(let number?)) = action {
      let (register, value, before) = try listRegister(for: number)
      entry.systemRegisters.append((register, value, before))
      systemChanges.append(.init(name: register.typedName, value: value))
    }
    let isPending = systemChanges.contains { $0.name == "hcr_el2" }
    return GuestResumption(
      exit: exit, action: action, changes: exit.changes(to: frame), vectorRegisters: vectors,
      systemChanges: systemChanges, pc: frame.elr, isPending: isPending,
      warnings: warnings(for: action, at: exit) + (isPending ? [Self.pendingWarning] : []))
  }

  /// Loads what a vCPU that was left by an exit has after `act`.
  ///
  /// - Returns: the guest's registers, the system registers that change, and the V registers by number.
  func load(
    _ exit: Exit, _ machine: GuestMachine, _ features: CPUFeatures, into entry: inout GuestEntry,
    after act: (inout VCpu<GuestMachine>) throws -> Void
  ) throws -> (frame: TrapFrame, [GuestResumption.SystemChange], vectors: [UInt8]) {
    let context = UnsafeMutablePointer<VCpuContext>.allocate(capacity: 1)
    unsafe context.initialize(to: VCpuContext())
    defer { unsafe context.deallocate() }
    unsafe context.pointee.take(exit)
    var vcpu = unsafe VCpu(
      exitIn: context, machine: machine, features: features,
      isAnswered: exit.moment == .entering)
    try act(&vcpu)
    let frame = vcpu.frame
    guard frame.pstate.isOfGuest(isEL1AArch64: hcr(of: machine).contains(.rw)) else {
      throw DebugError.refused(.isIllegalState(frame.spsr))
    }
    var changes: [GuestResumption.SystemChange] = []
    for (register, value) in vcpu.machine.writes {
      let before = machine.registers[register] ?? 0
      guard before != value else { continue }
      entry.systemRegisters.append((register.systemRegister, value, before))
      changes.append(.init(name: register.systemRegister.typedName, value: value))
    }
    try load(frame, of: exit, into: &entry)
    for (index, value) in vcpu.machine.vectorWrites {
      let (register, before) = try VectorRegisterFile(access: access).read(index)
      entry.set(register, to: value.bytes(count: before.count), from: before)
    }
    return (frame, changes, vcpu.machine.vectorWrites.keys.sorted())
  }

  private func act(
    _ action: GuestAction, on vcpu: inout VCpu<GuestMachine>, at exit: Exit
  ) throws {
    switch action {
    case .skip:
      guard vcpu.skipExit() else {
        throw DebugError.refused(.noInstruction(exit.reason.exitClass))
      }
    case .complete(let values): try complete(&vcpu, with: values)
    case .inject(let injection):
      guard HCR_EL2(rawValue: vcpu.machine.read(.hcr_el2)).contains(.rw) else {
        throw DebugError.refused(.isAArch32)
      }
      try inject(injection, into: &vcpu, at: exit)
    }
  }

  private func hcr(of machine: GuestMachine) -> HCR_EL2 {
    HCR_EL2(rawValue: machine.registers[.hcr_el2] ?? 0)
  }

  /// Completes the instruction: an access as with a device that answers with `values`.
  private func complete(_ vcpu: inout VCpu<GuestMachine>, with values: [UInt64]) throws {
    guard let reason = vcpu.exit else { return }
    let instruction = vcpu.machine.word.map { MemoryInstruction($0) }
    var loads = 0
    switch reason {
    case .mmioRead, .systemRegisterRead, .hypercall, .secureMonitorCall, .psci: loads = 1
    case .dataAbort:
      guard case .loadStore(let instruction)? = instruction else {
        throw DebugError.refused(.cannotComplete(Self.text(of: reason, instruction)))
      }
      if instruction.isLoad { loads = instruction.isPair ? 2 : 1 }
    default: break
    }
    guard loads > 0 || values.isEmpty else {
      throw DebugError.refused(.takesNoValue(reason.exitClass))
    }
    guard values.count <= max(loads, 1) else { throw DebugError.refused(.tooManyValues(loads)) }
    switch reason {
    case .mmioRead, .mmioWrite, .dataAbort:
      var device = AnsweringDevice(values: values, instruction: instruction)
      let outcome = vcpu.emulate { device.answer($0) }
      guard outcome == .completed else {
        throw DebugError.refused(.cannotComplete(Self.text(of: reason, instruction)))
      }
    default:
      guard vcpu.complete(value: values.first ?? 0) else {
        throw DebugError.refused(
          .cannotComplete(
            "an exit by \(reason.exitClass.word) is not by an access or a call; 'skip' steps over the instruction"
          ))
      }
    }
  }

  private static func text(of reason: ExitReason, _ instruction: MemoryInstruction?) -> String {
    if let abort = reason.abort, abort.cause != .unmapped {
      return "the access is not to unmapped memory, and a device would answer only such an access"
    }
    return switch instruction {
    case nil: "the guest's instruction cannot be read"
    case .indivisible?:
      "the instruction is an atomic, an exclusive or a structure access, which is not a sequence of accesses"
    case .other?: "the instruction at the guest's PC is not a load or store"
    case .loadStore?: "the access crosses a page boundary, or the instruction does not make it"
    }
  }

  private func inject(
    _ injection: GuestInjection, into vcpu: inout VCpu<GuestMachine>, at exit: Exit
  ) throws {
    let fault = exit.hasFaultAddress && exit.moment == .caught ? exit.syndrome.far : nil
    switch injection {
    case .undefined: vcpu.inject(.undefined)
    case .dataAbort(let address):
      let isDataAbort = exit.syndrome.esr.exceptionClass == .dataAbortLower
      let address = address ?? (isDataAbort ? fault : nil)
      vcpu.inject(
        .dataAbort(
          address: address.map { GuestVirtualAddress($0) }, isWrite: exit.reason.isWrite))
    case .instructionAbort(let address):
      let isInstructionAbort = exit.syndrome.esr.exceptionClass == .instructionAbortLower
      let address = address ?? (isInstructionAbort ? fault : nil) ?? exit.pc
      vcpu.inject(.instructionAbort(address: GuestVirtualAddress(address)))
    case .serror(let syndrome): try interrupt(.serror(syndrome: syndrome), "AMO", in: &vcpu)
    case .irq(.some): break
    case .irq(nil): try interrupt(.irq, "IMO", in: &vcpu)
    case .fiq: try interrupt(.fiq, "FMO", in: &vcpu)
    }
  }

  /// Makes the guest take an interrupt: immediately, or as soon as it no longer masks it. A pending one is lost if its
  /// hypervisor writes HCR_EL2 before that, as KVM does at each entry.
  private func interrupt(
    _ interrupt: VirtualInterrupt, _ control: String, in vcpu: inout VCpu<GuestMachine>
  ) throws {
    guard !vcpu.isPending(interrupt) else {
      throw DebugError.refused(
        .isPending(control == "AMO" ? "VSE" : control == "IMO" ? "VI" : "VF"))
    }
    guard !vcpu.take(interrupt) else { return }
    guard vcpu.raise(interrupt) else { throw passedThrough(control) }
    if case .serror = interrupt { return }
    try interrupts.requireWithdrawable(HCR_EL2(rawValue: vcpu.machine.read(.hcr_el2)))
  }

  private func passedThrough(_ control: String) -> DebugError {
    .refused(.isPassedThrough(control))
  }

  /// The list register for an interrupt number.
  private func listRegister(
    for number: UInt32
  ) throws -> (SystemRegister, value: UInt64, before: UInt64) {
    // ICH_HCR_EL2, ICH_VTR_EL2, ICH_VMCR_EL2, ICH_ELRSR_EL2.
    let controls = [(11, 0), (11, 1), (11, 7), (11, 5)].map {
      SystemRegister(3, 4, 12, UInt32($0.0), UInt32($0.1))
    }
    let answers = try system.answers(for: controls)
    if case .unavailable(let reason)? = answers.first(where: { $0.value == nil }) {
      throw DebugError.refused(.noInterface(reason))
    }
    let values = answers.compactMap(\.value)
    let count = VirtualInterface.listRegisterCount(vtr: values[1])
    let registers = (0..<count).map(Self.listRegister)
    let interface = VirtualInterface(
      control: values[0], machineControl: values[2], emptyListRegisters: values[3],
      listRegisters: try system.answers(for: registers).map { $0.value ?? 0 })
    switch interface.placing(interrupt: number) {
    case .listRegister(let index, let value):
      return (registers[index], value, interface.listRegisters[index])
    case .refused(let refusal): throw DebugError.refused(.interface(refusal, number))
    }
  }

  /// ICH_LR<n>_EL2: CRm 12 for 0–7, 13 for 8–15.
  private static func listRegister(_ index: Int) -> SystemRegister {
    SystemRegister(3, 4, 12, 12 + UInt32(index) / 8, UInt32(index) % 8)
  }

  private static let pendingWarning =
    "the guest masks it, so it is pending: it is lost if the hypervisor writes HCR_EL2 before the guest takes it"

  private func warnings(for action: GuestAction, at exit: Exit) -> [String] {
    guard exit.moment == .caught, case .psci(let call, _) = exit.reason, call.changesPower else {
      return []
    }
    if case .inject = action { return [] }
    return [
      "its hypervisor has not seen this power call, so its record of which CPUs are on may be wrong now"
    ]
  }

  // MARK: What is loaded into the CPU

  /// Loads the guest's general registers into the CPU: only the changed ones if they are in the CPU, or all if they are
  /// in memory.
  private func load(_ frame: TrapFrame, of exit: Exit, into entry: inout GuestEntry) throws {
    let state = try access.requireState()
    for number in 0..<31 {
      let name = "x\(number)"
      let now = state.registers[name] ?? 0
      let value = frame.gpr(UInt8(number))
      if now != value { try entry.set(name, to: value, from: now) }
    }
    // At a vector SP is already right; once the guest is saved in a frame, SP must move to the frame's end, where both
    // contracts have it while a guest runs.
    if let end = exit.storage.frameEnd, end != state.sp {
      try entry.set("sp", to: end, from: state.sp)
    }
    let registers = ["elr_el2", "spsr_el2", "sp_el0"].compactMap { SystemRegister(named: $0) }
    let answers = try system.answers(for: registers)
    for (register, (answer, value)) in zip(
      registers, zip(answers, [frame.elr, frame.spsr, frame.sp_el0]))
    {
      guard case .value(let now, _) = answer else {
        throw DebugError.cannotExecute(.unknownState)
      }
      if now != value { entry.systemRegisters.append((register, value, now)) }
    }
  }
}

extension avcpu_context {
  /// Takes over an exit as a vector leaves it.
  fileprivate mutating func take(_ exit: Exit) {
    frame = exit.frame
    esr = exit.syndrome.esr.rawValue
    far = exit.syndrome.far
    hpfar = exit.syndrome.hpfar.rawValue
    trap_kind = exit.syndrome.kind.map { UInt64($0.rawValue) } ?? 0
  }
}

extension SPSR_EL2 {
  /// Whether EL2 can enter a guest with it: at EL0 or EL1, in a valid mode. (Arm ARM DDI 0487, D1.6.4 "Illegal
  /// exception returns".)
  fileprivate func isOfGuest(isEL1AArch64: Bool) -> Bool {
    let mode = rawValue & Self.modeMask
    // EL0t, EL1t, EL1h.
    guard isAArch32 else { return [0b00000, 0b00100, 0b00101].contains(mode) }
    // User mode; if EL1 is AArch32, all modes except Hyp and Monitor.
    return mode == 0b10000 || !isEL1AArch64 && mode != 0b11010 && mode != 0b10110
  }
}

extension Exit {
  /// The differences of a frame from the exit.
  fileprivate func changes(to frame: TrapFrame) -> [EntryChanges.Change] {
    var after = self
    for number in 0..<31 { after.update(.gpr(number), to: frame.gpr(UInt8(number))) }
    after.update(.spEL0, to: frame.sp_el0)
    after.update(.pc, to: frame.elr)
    after.update(.pstate, to: frame.spsr)
    return Self.guestParts.compactMap { part in
      guard let old = value(of: part), let new = after.value(of: part), old != new else {
        return nil
      }
      return EntryChanges.Change(part: part, before: old, after: new)
    }
  }
}
