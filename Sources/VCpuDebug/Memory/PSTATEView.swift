internal import ArmVCpu
internal import GDBRemote

/// A PSTATE with which a CPU sees the virtual memory of a space, and the one that it has.
///
/// A stub reads memory as the CPU would at its exception level. (Arm ARM DDI 0487, C5.2 "PSTATE and special purpose
/// registers"; the layout is that of SPSR_EL2.)
struct PSTATEView {
  /// PSTATE, by the target's name.
  let register: RegisterDescription
  /// What sees the space: EL1 or EL2 with its own stack pointer, and not held off by PSTATE.PAN.
  let there: [UInt8]
  /// What the CPU has.
  let back: [UInt8]

  /// Nil for a target without PSTATE, and for a space that needs none.
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
  /// Whether there is memory of its own world that a CPU does not see as it is: at EL0 what is the kernel's, with
  /// PSTATE.PAN what is EL0's. AArch32 is left as it is.
  var isRestricted: Bool {
    guard let pstate, !SPSR_EL2(rawValue: pstate).isAArch32 else { return false }
    return exceptionLevel == 0 || pstate & SPSR_EL2.pan != 0
  }
}
