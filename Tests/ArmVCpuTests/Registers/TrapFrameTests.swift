import Testing

@testable import ArmVCpu

@Suite struct TrapFrameTests {
  @Test func theInitialFrameIsZeroButForPSTATE() {
    #expect(TrapFrame.initial.words == Array(repeating: 0, count: 33) + [0x3c5])
  }

  @Test("B-5: register 31 reads zero and discards")
  func zeroRegister() {
    var frame = TrapFrame.distinct
    frame.setGPR(31, .max)
    #expect(frame.gpr(31) == 0)
    // In memory, SP_EL0 is where register 31 would be.
    #expect(frame.words == TrapFrame.distinct.words)
  }

  @Test func registersAreInOrder() {
    var frame = TrapFrame.initial
    for index: UInt8 in 0..<31 { frame.setGPR(index, UInt64(index) + 100) }
    frame.sp_el0 = 131
    frame.exceptionPC = 132
    frame.pstate = SPSR_EL2(rawValue: 133)
    #expect(frame.words == Array(100...133))
    for index: UInt8 in 0..<31 { #expect(frame.gpr(index) == UInt64(index) + 100) }
    #expect(frame.exceptionPC == 132)
    #expect(frame.pstate.rawValue == 133)
  }
}
