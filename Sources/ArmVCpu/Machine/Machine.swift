public import CArmVCpu

/// The one seam between the vCPU and the hardware. EL2 in the image, a fake in tests: everything else in
/// this module is ordinary computation.
public protocol Machine {
  /// Enters the guest and returns at its next exit, its frame and syndrome in `context`, which is the CPU's current
  /// context from then on: a debugger finds the exit by it (`cpu_local.h`).
  mutating func run(_ context: UnsafeMutablePointer<VCpuContext>)
  /// Puts the guest's system registers onto this CPU, as far as one with `features` has them.
  mutating func restore(
    _ registers: UnsafePointer<avcpu_guest_registers>, features: CPUFeatures)
  /// Takes the guest's system registers off this CPU, as far as one with `features` has them, and switches
  /// its timers off.
  mutating func save(
    _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures)
  /// Leaves the CPU without a current context, until the next `run(_:)`.
  mutating func clearCurrentContext()
  /// The guest's stage-1 translation of `address` for a read at EL1: PAR_EL1, which the guest's own value
  /// replaces again.
  mutating func translateStage1(_ address: GuestVirtualAddress) -> UInt64
  /// The value of MIDR_EL1, or of a register of the identification space
  /// (`SystemRegister.isFeatureIdentification`), as the hardware has it.
  mutating func identification(_ register: SystemRegister) -> UInt64
  /// The physical counter, CNTPCT_EL0.
  mutating func physicalCount() -> UInt64
  /// Cleans and invalidates a line of this CPU's data caches: the operand of DC CISW, any that a guest makes up.
  /// Where there is no such line nothing happens (`SetWay`).
  mutating func cleanAndInvalidate(setWay operand: UInt64)
  /// SMC #0 with x0–x17 of `frame`, which get what the firmware returns.
  mutating func callFirmware(_ frame: inout TrapFrame)
  /// The instruction at `address` of the guest that is on this CPU: through both stages of its
  /// translation, then from memory. Nil where that fails, or where there is no memory.
  mutating func instruction(at address: GuestVirtualAddress) -> UInt32?
  /// Reads V register `index`, 0 to 31, of the guest that is on this CPU.
  mutating func vector(_ index: UInt8) -> VectorRegister
  /// Writes all of V register `index`, 0 to 31, of the guest that is on this CPU.
  mutating func setVector(_ index: UInt8, _ value: VectorRegister)
  /// Reads a register of the guest that is on this CPU.
  mutating func read(_ register: GuestRegister) -> UInt64
  /// Writes a register of the guest that is on this CPU.
  mutating func write(_ register: GuestRegister, _ value: UInt64)
  /// Writes a register of EL2, one that this CPU has.
  mutating func write(_ register: HypervisorRegister, _ value: UInt64)
  /// The number of event counters, PMCR_EL0.N, of a CPU with FEAT_PMUv3.
  mutating func performanceCounterCount() -> UInt64
  /// Switches every breakpoint and watchpoint of this CPU off.
  ///
  /// - Parameter features: ID_AA64DFR0_EL1, which tells how many there are.
  mutating func clearBreakpoints(features: UInt64)
  /// Waits until the registers written before have their effect: ISB.
  mutating func synchronizeContext()
  /// Drops what all CPUs cache of the translations of the VM that is on this one, both stages.
  mutating func invalidateTranslations()
  /// Drops what all CPUs cache of instructions.
  mutating func invalidateInstructions()
  /// Waits until an interrupt is pending, one that EL2 does not take included: WFI.
  mutating func waitForInterrupt()
}

/// The 128 bits of a V register: numbers, for EL2 has no vectors.
public struct VectorRegister: Equatable, Sendable {
  /// Bits 63:0.
  public var low: UInt64
  /// Bits 127:64.
  public var high: UInt64

  /// A register from its halves.
  @inlinable
  public init(low: UInt64, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }
}

/// The registers of the guest that the vCPU itself reads and writes, when it injects an exception, emulates
/// an access of memory, or carries out one of a register.
public enum GuestRegister: Sendable {
  /// System control: SPAN and DSSBS shape the PSTATE of an exception, EE and E0E the order of bytes.
  case sctlr_el1
  /// The stack pointer of EL1. That of EL0 is in the frame.
  case sp_el1
  /// The vector table.
  case vbar_el1
  /// The return address of an exception.
  case elr_el1
  /// The PSTATE that an exception saved.
  case spsr_el1
  /// The syndrome of an exception.
  case esr_el1
  /// The fault address of an exception.
  case far_el1
  /// What traps, and which virtual interrupts are pending.
  case hcr_el2
  /// The syndrome of a virtual SError. Exists with FEAT_RAS.
  case vsesr_el2
  /// Monitor debug control: software step.
  case mdscr_el1
  /// The OS lock, written.
  case oslar_el1
  /// The OS lock, read.
  case oslsr_el1
}
