internal import ArmVCpu
internal import GDBRemote

/// A PSTATE with which a CPU sees a space's virtual memory, and its current PSTATE.
///
/// A stub reads memory as the CPU would at its exception level. (Arm ARM DDI 0487, C5.2 "PSTATE and special purpose
/// registers"; the layout is that of SPSR_EL2.)
struct PSTATEView {
  /// The PSTATE register, as the target names it.
  let register: RegisterDescription
  /// The PSTATE that sees the space: EL1 or EL2 with its own stack pointer, and without PSTATE.PAN.
  let there: [UInt8]
  /// The CPU's current PSTATE.
  let back: [UInt8]

  /// Nil for a target without PSTATE, and for a space that doesn't need one.
  init?(
    of space: AddressSpace, from state: CPUState, _ registers: RegisterMap,
    _ byteOrder: RegisterDescription.ByteOrder
  ) {
    guard space == .hypervisor || space == .guest, let pstate = state.pstate,
      let register = registers["cpsr"]
    else { return nil }
    let mode = space == .hypervisor ? SPSR_EL2.el2h : SPSR_EL2.el1h
    guard
      let there = register.bytes(
        of: pstate & ~(SPSR_EL2.modeMask | SPSR_EL2.pan) | mode, byteOrder: byteOrder),
      let back = register.bytes(of: pstate, byteOrder: byteOrder)
    else { return nil }
    self.register = register
    self.there = there
    self.back = back
  }
}

extension CPUState {
  /// Whether the CPU can't access some memory of its own world at present: the kernel's at EL0, or EL0's with
  /// PSTATE.PAN. AArch32 is left as it is.
  var isRestricted: Bool {
    guard let pstate, !SPSR_EL2(rawValue: pstate).isAArch32 else { return false }
    return exceptionLevel == 0 || pstate & SPSR_EL2.pan != 0
  }
}
