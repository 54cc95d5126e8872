public import CArmVCpu

/// The only interface between the vCPU and the hardware. It is EL2 in the image and a fake in tests; everything
/// else in this module is ordinary computation.
public protocol Machine {
  /// Enters the guest and returns at its next exit, with its frame and syndrome in `context`, which is the CPU's
  /// current context from then on: a debugger finds the exit through it (`cpu_local.h`).
  mutating func run(_ context: UnsafeMutablePointer<VCpuContext>)
  /// Loads the guest's system registers into this CPU, as far as a CPU with `features` has them.
  mutating func restore(
    _ registers: UnsafePointer<avcpu_guest_registers>, features: CPUFeatures)
  /// Saves the guest's system registers from this CPU, as far as a CPU with `features` has them, and turns its
  /// timers off.
  mutating func save(
    _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures)
  /// Leaves the CPU without a current context, until the next `run(_:)`.
  mutating func clearCurrentContext()
  /// The guest's stage-1 translation of `address` for a read at EL1, in the form of PAR_EL1. The guest's own
  /// PAR_EL1 is preserved.
  mutating func translateStage1(_ address: GuestVirtualAddress) -> UInt64
  /// The value of MIDR_EL1, or of a register of the identification space
  /// (`SystemRegister.isFeatureIdentification`), as in the hardware.
  mutating func identification(_ register: SystemRegister) -> UInt64
  /// The physical counter, CNTPCT_EL0.
  mutating func physicalCount() -> UInt64
  /// Cleans and invalidates a line of this CPU's data caches. The operand is that of DC CISW and may be any
  /// value from a guest: if there is no such line, nothing happens (`SetWay`).
  mutating func cleanAndInvalidate(setWay operand: UInt64)
  /// Executes SMC #0 with x0–x17 of `frame`, which receive what the firmware returns.
  mutating func callFirmware(_ frame: inout TrapFrame)
  /// The instruction at `address` of the guest on this CPU, read through both stages of its translation. Nil if
  /// that fails, or if the address isn't memory.
  mutating func instruction(at address: GuestVirtualAddress) -> UInt32?
  /// Reads V register `index`, 0 to 31, of the guest on this CPU.
  mutating func vector(_ index: UInt8) -> VectorRegister
  /// Writes all of V register `index`, 0 to 31, of the guest on this CPU.
  mutating func setVector(_ index: UInt8, _ value: VectorRegister)
  /// Reads a register of the guest on this CPU.
  mutating func read(_ register: GuestRegister) -> UInt64
  /// Writes a register of the guest on this CPU.
  mutating func write(_ register: GuestRegister, _ value: UInt64)
  /// Writes an EL2 register that this CPU has.
  mutating func write(_ register: HypervisorRegister, _ value: UInt64)
  /// The number of event counters, PMCR_EL0.N, of a CPU with FEAT_PMUv3.
  mutating func performanceCounterCount() -> UInt64
  /// Turns off all of this CPU's breakpoints and watchpoints.
  ///
  /// - Parameter features: ID_AA64DFR0_EL1, which says how many there are.
  mutating func clearBreakpoints(features: UInt64)
  /// Waits until earlier register writes have taken effect: ISB.
  mutating func synchronizeContext()
  /// Invalidates both stages of this CPU's VM's translations in the TLBs of all CPUs.
  mutating func invalidateTranslations()
  /// Invalidates the instruction caches of all CPUs.
  mutating func invalidateInstructions()
  /// Waits until an interrupt is pending, including one that EL2 doesn't take: WFI.
  mutating func waitForInterrupt()
}

/// The 128 bits of a V register, as integers because EL2 doesn't use vector registers.
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

/// The guest's registers that the vCPU itself reads and writes when it injects an exception or emulates an
/// access to memory or to a register.
public enum GuestRegister: Sendable {
  /// System control: SPAN and DSSBS determine the PSTATE of an exception, EE and E0E the byte order.
  case sctlr_el1
  /// EL1's stack pointer. EL0's is in the frame.
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
  /// The OS lock, to write it.
  case oslar_el1
  /// The OS lock, to read it.
  case oslsr_el1
}
