import CArmVCpu
import Testing

@testable import ArmVCpu

/// One exit that a `FakeMachine` makes: what the vector would have saved. The frame stays as it was at
/// the guest's entry, except for the changes in `frame`.
struct ScriptedExit {
  var kind: UInt64 = UInt64(AVCPU_TRAP_SYNCHRONOUS)
  var esr: UInt64 = 0
  var far: UInt64 = 0
  var hpfar: UInt64 = 0
  var frame: (inout TrapFrame) -> Void = { _ in }
}

/// Hardware that exits according to a script and records what it was asked for.
struct FakeMachine: Machine {
  enum Call: Equatable {
    case run
    case restore(CPUFeatures)
    case save(CPUFeatures)
    case clearCurrentContext
    case translateStage1(GuestVirtualAddress)
    case setWay(UInt64)
    case firmware([UInt64])
    case instruction(GuestVirtualAddress)
    case vector(UInt8)
    case setVector(UInt8, VectorRegister)
    case read(GuestRegister)
    case write(GuestRegister, UInt64)
    case writeHypervisor(HypervisorRegister, UInt64)
    case performanceCounterCount
    case clearBreakpoints(features: UInt64)
    case synchronizeContext
    case invalidateTranslations
    case invalidateInstructions
    case waitForInterrupt
  }

  /// The remaining exits.
  var exits: [ScriptedExit] = []
  /// The remaining results of `translateStage1`; 1, a failure, if there are none.
  var translations: [UInt64] = []
  /// The guest's instructions, by address; elsewhere there is no memory.
  var instructions: [UInt64: UInt32] = [:]
  /// The guest's V registers; those that are missing are zero.
  var vectors: [UInt8: VectorRegister] = [:]
  /// The guest's registers on this CPU; those that are missing are zero.
  var registers: [GuestRegister: UInt64] = [:]
  /// The identification registers; those that are missing are zero.
  var identification: [SystemRegister: UInt64] = [:]
  /// CNTPCT_EL0.
  var count: UInt64 = 0
  /// PMCR_EL0.N.
  var counterCount: UInt64 = 0
  /// What the firmware does with a frame.
  var firmware: (inout TrapFrame) -> Void = { _ in }
  /// The registers on this CPU, which `save` reads and `restore` writes.
  var bank = avcpu_guest_registers()
  var calls: [Call] = []

  mutating func run(_ context: UnsafeMutablePointer<VCpuContext>) {
    calls.append(.run)
    guard !exits.isEmpty else {
      // An IRQ ends every loop of the vCPU.
      Issue.record("the guest ran once more than the script has exits")
      context.pointee.trap_kind = UInt64(AVCPU_TRAP_IRQ)
      return
    }
    let exit = exits.removeFirst()
    context.pointee.trap_kind = exit.kind
    context.pointee.esr = exit.esr
    context.pointee.far = exit.far
    context.pointee.hpfar = exit.hpfar
    context.pointee.exit_count += 1
    exit.frame(&context.pointee.frame)
  }

  mutating func restore(
    _ registers: UnsafePointer<avcpu_guest_registers>, features: CPUFeatures
  ) {
    calls.append(.restore(features))
    bank = registers.pointee
  }

  mutating func save(
    _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures
  ) {
    calls.append(.save(features))
    registers.pointee = bank
  }

  mutating func clearCurrentContext() { calls.append(.clearCurrentContext) }

  mutating func translateStage1(_ address: GuestVirtualAddress) -> UInt64 {
    calls.append(.translateStage1(address))
    return translations.isEmpty ? 1 : translations.removeFirst()
  }

  mutating func identification(_ register: SystemRegister) -> UInt64 {
    identification[register] ?? 0
  }

  mutating func physicalCount() -> UInt64 { count }

  mutating func cleanAndInvalidate(setWay operand: UInt64) { calls.append(.setWay(operand)) }

  mutating func callFirmware(_ frame: inout TrapFrame) {
    calls.append(.firmware((0...17).map { frame.gpr($0) }))
    firmware(&frame)
  }

  mutating func instruction(at address: GuestVirtualAddress) -> UInt32? {
    calls.append(.instruction(address))
    return instructions[address.rawValue]
  }

  mutating func vector(_ index: UInt8) -> VectorRegister {
    calls.append(.vector(index))
    return vectors[index] ?? VectorRegister(low: 0)
  }

  mutating func setVector(_ index: UInt8, _ value: VectorRegister) {
    calls.append(.setVector(index, value))
    vectors[index] = value
  }

  mutating func read(_ register: GuestRegister) -> UInt64 {
    calls.append(.read(register))
    return registers[register] ?? 0
  }

  mutating func write(_ register: GuestRegister, _ value: UInt64) {
    calls.append(.write(register, value))
    registers[register] = value
  }

  mutating func write(_ register: HypervisorRegister, _ value: UInt64) {
    calls.append(.writeHypervisor(register, value))
  }

  mutating func performanceCounterCount() -> UInt64 {
    calls.append(.performanceCounterCount)
    return counterCount
  }

  mutating func clearBreakpoints(features: UInt64) {
    calls.append(.clearBreakpoints(features: features))
  }

  mutating func synchronizeContext() { calls.append(.synchronizeContext) }

  mutating func invalidateTranslations() { calls.append(.invalidateTranslations) }

  mutating func invalidateInstructions() { calls.append(.invalidateInstructions) }

  mutating func waitForInterrupt() { calls.append(.waitForInterrupt) }
}
