internal import ArmVCpu
internal import GDBRemote

/// The state that decides which interrupts reach the selected CPU and its guest: read from the CPU, the stub, and the
/// interrupt controller's memory.
public final class SessionInterrupts {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let exits: Exits
  private let system: SystemRegisters
  /// Where the controller is; nil until that was asked, and then the answer.
  private var map: ControllerMap??
  /// The registers that never change, by CPU.
  private var knownConstants: [ThreadID: Readings] = [:]
  private var target: any DebugTarget { access.target }

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits, _ system: SystemRegisters
  ) {
    self.access = access
    self.memory = memory
    self.exits = exits
    self.system = system
  }

  /// The state at this stop.
  ///
  /// - Throws: `DebugError.noHypervisor` for a target without EL2, and what the target throws. What can't be read is
  ///   left out of the state.
  public func state() throws -> InterruptState {
    try access.requireStopped()
    try access.requireHypervisor(for: "interrupts of guests")
    let cpu = try access.requireState()
    var state = InterruptState(pstate: SPSR_EL2(rawValue: cpu.pstate ?? 0))
    state.wait = try wait(of: cpu)
    if let exit = try currentExit() {
      state.guestPSTATE = exit.pstate
      if case .wait = exit.reason { state.isGuestWaiting = exit.moment != .entering }
    }
    var readings = try constants()
    // Time passes with each step that reads a register: what the stub and memory show at one moment is read first,
    // and then the rest, beginning with the counter.
    try readController(readings["MPIDR_EL1"], into: &state)
    try read(Self.controls + Self.timerRegisters, into: &readings)
    let hasInterface = readings["ID_AA64PFR0_EL1"].map { $0 >> 24 & 0xf != 0 } ?? true
    let hasHostTimer = readings["ID_AA64MMFR1_EL1"].map { $0 >> 8 & 0xf != 0 } ?? true
    try read(
      Self.cpuRegisters + (hasHostTimer ? Self.hostTimerRegisters : [])
        + (hasInterface ? Self.interfaceRegisters : []), into: &readings)
    state.hcr = readings["HCR_EL2"].map { HCR_EL2(rawValue: $0) }
    state.pending = readings["ISR_EL1"]
    state.timers = timers(readings)
    state.cpuInterface = cpuInterface(readings) ?? state.cpuInterface
    state.virtualInterface = try virtualInterface(&readings) ?? state.virtualInterface
    state.missing = readings.missing
    return state
  }

  private func currentExit() throws -> Exit? {
    do { return try exits.require() } catch is DebugError { return nil }
  }

  /// For a waiting CPU, QEMU reports that it is halted.
  private func wait(of cpu: CPUState) throws -> InterruptState.Wait {
    guard try ExecutionObstacle.isHalted(access) else { return .none }
    do {
      let bytes = try memory.read(memory.space(at: cpu), cpu.pc &- 4, byteCount: 4)
      // WFI, little-endian as all of A64.
      return bytes == [0x7f, 0x20, 0x03, 0xd5] ? .wfi : .other
    } catch is DebugError {
      return .other
    }
  }

  // MARK: Registers

  private static let controls = ["HCR_EL2"]
  private static let timerRegisters =
    ["CNTFRQ_EL0", "CNTVOFF_EL2"]
    + [InterruptTimer.Kind.virtual, .physical, .hypervisor].flatMap {
      [$0.controlName, $0.compareName]
    }
  private static let hostTimerRegisters = [
    InterruptTimer.Kind.hypervisorVirtual.controlName,
    InterruptTimer.Kind.hypervisorVirtual.compareName,
  ]
  private static let cpuRegisters = ["CNTPCT_EL0", "ISR_EL1"]
  private static let interfaceRegisters = [
    "ICC_PMR_EL1", "ICC_RPR_EL1", "ICC_IGRPEN0_EL1", "ICC_IGRPEN1_EL1", "ICH_VTR_EL2",
    "ICH_HCR_EL2", "ICH_VMCR_EL2", "ICH_AP1R0_EL2",
  ]

  /// Registers that are needed to interpret others: they are not shown, and never change.
  private static let auxiliary = ["ID_AA64PFR0_EL1", "ID_AA64MMFR1_EL1", "MPIDR_EL1"]

  private func constants() throws -> Readings {
    if let known = knownConstants[access.thread] { return known }
    var readings = Readings()
    try read(Self.auxiliary, into: &readings)
    if Self.auxiliary.allSatisfy({ readings[$0] != nil }) {
      knownConstants[access.thread] = readings
    }
    return readings
  }

  /// The results of reading registers.
  private struct Readings {
    private var values: [String: UInt64] = [:]
    private(set) var missing: [InterruptState.Missing] = []

    subscript(name: String) -> UInt64? { values[name] }

    mutating func note(_ name: String, _ answer: SystemRegisterAnswer) {
      switch answer {
      case .value(let value, _): values[name] = value
      case .unavailable where SessionInterrupts.auxiliary.contains(name): break
      case .unavailable(let reason):
        if let index = missing.firstIndex(where: { $0.reason == reason }) {
          missing[index].names.append(name)
        } else {
          missing.append(InterruptState.Missing(names: [name], reason: reason))
        }
      }
    }
  }

  private func read(_ names: [String], into readings: inout Readings) throws {
    let registers = names.compactMap { name in
      SystemRegister(named: name).map { (name: name, register: $0) }
    }
    let answers = try system.answers(for: registers.map(\.register))
    for ((name, _), answer) in zip(registers, answers) { readings.note(name, answer) }
  }

  private func timers(_ readings: Readings) -> InterruptTimers {
    var timers = InterruptTimers()
    timers.counter = readings["CNTPCT_EL0"]
    timers.frequency = readings["CNTFRQ_EL0"].flatMap { $0 == 0 ? nil : $0 }
    timers.virtualOffset = readings["CNTVOFF_EL2"]
    timers.all = InterruptTimer.Kind.allCases.compactMap { kind in
      guard let control = readings[kind.controlName], let value = readings[kind.compareName] else {
        return nil
      }
      return InterruptTimer(kind, control: control, compareValue: value)
    }
    return timers
  }

  private func cpuInterface(_ readings: Readings) -> CPUInterfaceState? {
    guard let mask = readings["ICC_PMR_EL1"], let group1 = readings["ICC_IGRPEN1_EL1"] else {
      return nil
    }
    return CPUInterfaceState(
      mask: UInt8(truncatingIfNeeded: mask),
      running: readings["ICC_RPR_EL1"].map { UInt8(truncatingIfNeeded: $0) },
      isGroup0On: readings["ICC_IGRPEN0_EL1"].map { $0 & 1 != 0 }, isGroup1On: group1 & 1 != 0)
  }

  private func virtualInterface(_ readings: inout Readings) throws -> VirtualInterfaceState? {
    guard let control = readings["ICH_HCR_EL2"], let vtr = readings["ICH_VTR_EL2"],
      let machineControl = readings["ICH_VMCR_EL2"]
    else { return nil }
    let names = (0..<VirtualInterface.listRegisterCount(vtr: vtr)).map { "ICH_LR\($0)_EL2" }
    try read(names, into: &readings)
    return VirtualInterfaceState(
      control: control, machineControl: machineControl,
      running: readings["ICH_AP1R0_EL2"].flatMap {
        VirtualInterfaceState.runningPriority(activePriorities: $0, vtr: vtr)
      },
      listRegisters: names.compactMap { name in
        readings[name].map { VirtualInterfaceState.ListRegister(rawValue: $0) }
      })
  }

  // MARK: The controller

  private func readController(_ mpidr: UInt64?, into state: inout InterruptState) throws {
    guard let map = try controllerMap() else {
      state.controller = .unknown(
        "the stub does not say where it is ('monitor info mtree' does in QEMU)")
      return
    }
    if case .v2 = map.distributor {
      let cpus = try target.threads().count
      guard try cpus + target.hiddenCPUCount(besides: cpus) == 1 else {
        // QEMU's model asks which CPU is reading, but there is none.
        state.controller = .unknown(
          "it is a GICv2 of a machine with several CPUs, which ends QEMU when its registers are read through the stub"
        )
        return
      }
    }
    let reading = ControllerReading(
      access.reach, map: map, affinity: mpidr.map(Self.affinity),
      processor: UInt32(truncatingIfNeeded: access.thread.thread - 1))
    guard let controller = try reading.controller() else {
      state.controller = .unknown("its memory cannot be read, or has nothing for this CPU")
      return
    }
    state.controller = .known(controller)
    state.cpuInterface = try reading.v2Interface()
    state.virtualInterface = try reading.v2VirtualInterface()
  }

  /// Aff3, bits 39:32 of MPIDR_EL1, before Aff2 to Aff0, as GICR_TYPER has them.
  private static func affinity(_ mpidr: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: mpidr >> 32 & 0xff) << 24
      | UInt32(truncatingIfNeeded: mpidr & 0xff_ffff)
  }

  private func controllerMap() throws -> ControllerMap? {
    if let map { return map }
    var found: ControllerMap?
    do throws(RemoteError) {
      found = ControllerMap(memoryTree: try access.reach.text(.memoryTree))
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
    }
    map = .some(found)
    return found
  }
}
