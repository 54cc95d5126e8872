internal import ArmVCpu
internal import CArmVCpu

/// An in-memory copy of the machine of a guest on a stopped CPU: everything that a vCPU needs was read before, and
/// what a vCPU writes is kept until it is written to the target. So the library's rules run where nothing can fail.
struct GuestMachine: Machine {
  /// The guest's registers, as they were read.
  var registers: [GuestRegister: UInt64] = [:]
  /// The V registers that the instruction uses.
  var vectors: [UInt8: VectorRegister] = [:]
  /// The instruction that exited; nil if it can't be read.
  var word: UInt32?
  /// PAR_EL1 after stage 1 of the address that faulted; nil if it was not requested; then no address translates.
  var par: UInt64?
  /// What was written, in order.
  private(set) var writes: [(register: GuestRegister, value: UInt64)] = []
  /// The V registers that were written.
  private(set) var vectorWrites: [UInt8: VectorRegister] = [:]

  mutating func read(_ register: GuestRegister) -> UInt64 { registers[register] ?? 0 }

  mutating func write(_ register: GuestRegister, _ value: UInt64) {
    registers[register] = value
    writes.removeAll { $0.register == register }
    writes.append((register, value))
  }

  mutating func vector(_ index: UInt8) -> VectorRegister {
    vectors[index] ?? VectorRegister(low: 0)
  }

  mutating func setVector(_ index: UInt8, _ value: VectorRegister) {
    vectors[index] = value
    vectorWrites[index] = value
  }

  mutating func instruction(at address: GuestVirtualAddress) -> UInt32? { word }

  /// PAR_EL1, with F (a translation fault) if the CPU wasn't asked.
  mutating func translateStage1(_ address: GuestVirtualAddress) -> UInt64 { par ?? 1 }

  // MARK: Only for hypervisors

  mutating func run(_ context: UnsafeMutablePointer<VCpuContext>) {
    preconditionFailure("a vCPU over an exit does not run")
  }
  mutating func restore(
    _ registers: UnsafePointer<avcpu_guest_registers>, features: CPUFeatures
  ) {}
  mutating func save(
    _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures
  ) {}
  mutating func clearCurrentContext() {}
  mutating func identification(_ register: SystemRegister) -> UInt64 { 0 }
  mutating func physicalCount() -> UInt64 { 0 }
  mutating func cleanAndInvalidate(setWay operand: UInt64) {}
  mutating func callFirmware(_ frame: inout TrapFrame) {}
  mutating func write(_ register: HypervisorRegister, _ value: UInt64) {}
  mutating func performanceCounterCount() -> UInt64 { 0 }
  mutating func clearBreakpoints(features: UInt64) {}
  mutating func synchronizeContext() {}
  mutating func invalidateTranslations() {}
  mutating func invalidateInstructions() {}
  mutating func waitForInterrupt() {}
}

extension GuestRegister {
  /// The registers that a vCPU reads or writes when it answers an exit.
  static let ofExits: [GuestRegister] = [
    .sctlr_el1, .sp_el1, .vbar_el1, .elr_el1, .spsr_el1, .esr_el1, .far_el1, .hcr_el2, .vsesr_el2,
  ]

  /// The CPU's register. A guest's registers stay in the CPU while its exit is handled.
  var systemRegister: SystemRegister {
    switch self {
    case .sctlr_el1: SystemRegister(3, 0, 1, 0, 0)
    case .sp_el1: SystemRegister(3, 4, 4, 1, 0)
    case .vbar_el1: SystemRegister(3, 0, 12, 0, 0)
    case .elr_el1: SystemRegister(3, 0, 4, 0, 1)
    case .spsr_el1: SystemRegister(3, 0, 4, 0, 0)
    case .esr_el1: SystemRegister(3, 0, 5, 2, 0)
    case .far_el1: SystemRegister(3, 0, 6, 0, 0)
    case .hcr_el2: SystemRegister(3, 4, 1, 1, 0)
    case .vsesr_el2: SystemRegister(3, 4, 5, 2, 3)
    case .mdscr_el1: .mdscr_el1
    case .oslar_el1: .oslar_el1
    case .oslsr_el1: .oslsr_el1
    }
  }
}
