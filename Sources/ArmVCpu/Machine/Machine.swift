public import CArmVCpu

/// The one seam between the vCPU and the hardware. EL2 in the image, a fake in tests: everything else in
/// this module is ordinary computation.
public protocol Machine {
  /// Enters the guest and returns at its next exit, its frame and syndrome in `context`.
  mutating func run(_ context: UnsafeMutablePointer<VCpuContext>)
  /// Puts the guest's system registers onto this CPU.
  mutating func restore(_ registers: UnsafePointer<avcpu_guest_registers>)
  /// Takes the guest's system registers off this CPU.
  mutating func save(_ registers: UnsafeMutablePointer<avcpu_guest_registers>)
  /// The guest's stage-1 translation of `address` for a read at EL1: PAR_EL1, which the guest's own value
  /// replaces again.
  mutating func translateStage1(_ address: GuestVirtualAddress) -> UInt64
  /// Reads a register of the guest that is on this CPU.
  mutating func read(_ register: GuestRegister) -> UInt64
  /// Writes a register of the guest that is on this CPU.
  mutating func write(_ register: GuestRegister, _ value: UInt64)
}

/// The registers of the guest that the vCPU itself reads and writes, when it injects an exception.
public enum GuestRegister: Sendable {
  /// System control: SPAN and DSSBS shape the PSTATE of an exception.
  case sctlr_el1
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
}
