import Testing

@testable import ArmVCpu

@Suite struct SPSR_EL2Tests {
  @Test(
    arguments: [
      // M[4:0], exception level, AArch32, own stack pointer.
      (0b00000, 0, false, false), (0b00100, 1, false, false), (0b00101, 1, false, true),
      (0b01000, 2, false, false), (0b01001, 2, false, true),
      // User, FIQ, IRQ, Supervisor, Abort, Undefined, System.
      (0b10000, 0, true, false), (0b10001, 1, true, true), (0b10010, 1, true, false),
      (0b10011, 1, true, true), (0b10111, 1, true, true), (0b11011, 1, true, true),
      (0b11111, 1, true, true),
    ] as [(UInt64, UInt8, Bool, Bool)])
  func modes(mode: UInt64, level: UInt8, isAArch32: Bool, ownsStack: Bool) {
    for noise: UInt64 in [0, 0xffff_ffff_ffff_ffe0] {
      let pstate = SPSR_EL2(rawValue: mode | noise)
      #expect(pstate.exceptionLevel == level)
      #expect(pstate.isAArch32 == isAArch32)
      #expect(pstate.usesOwnStackPointer == ownsStack)
      #expect(pstate.usesEL1StackPointer == (ownsStack && level == 1))
    }
  }

  @Test func theInitialStateIsEL1hWithAllMasks() { #expect(SPSR_EL2.initial.rawValue == 0x3c5) }
}
