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

/// The registers of the guest that the vCPU itself reads and writes, when it injects an exception or
/// emulates an access.
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
}
