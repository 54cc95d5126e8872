import Testing

@testable import ArmVCpu

@Suite struct SMCCCTests {
  @Test(
    arguments: [
      // Identifier, fast, 64-bit, owner, number.
      (0x8000_0000, true, false, 0, 0),
      (0xc400_0003, true, true, 4, 3),
      (0x8600_ff01, true, false, 6, 0xff01),
      (0x0400_0000, false, false, 4, 0),
      (0xbf00_ffff, true, false, 0x3f, 0xffff),
      (0x00ff_0000, false, false, 0, 0),
      (0xffff_ffff, true, true, 0x3f, 0xffff),
    ] as [(UInt32, Bool, Bool, UInt8, UInt16)])
  func fields(id: UInt32, isFast: Bool, is64Bit: Bool, owner: UInt8, number: UInt16) {
    let function = SMCCC.FunctionID(rawValue: id)
    #expect(function.isFast == isFast)
    #expect(function.is64Bit == is64Bit)
    #expect(function.owner == owner)
    #expect(function.number == number)
  }

  @Test func anUnknownCallAnswersMinusOne() { #expect(SMCCC.notSupported == .max) }
}
