import Testing

@testable import GDBRemote

/// What QEMU masks while a CPU steps.
@Suite struct StepMaskTests {
  @Test func bits() {
    let bits = StepBits(parsing: Array("ENABLE=1,NOIRQ=2,NOTIMER=4".utf8))
    #expect(bits?.enable == 1)
    #expect(bits?.holdBack == 6)
    #expect(bits?.takesInterrupts(withMask: Array("0x7".utf8)) == false)
    #expect(bits?.takesInterrupts(withMask: Array("0x5".utf8)) == false)
    #expect(bits?.takesInterrupts(withMask: Array("0x1".utf8)) == true)
    #expect(bits?.takesInterrupts(withMask: Array("x".utf8)) == nil)
  }

  /// A replay has only the first.
  @Test(arguments: ["", "ENABLE=1", "ENABLE=1,NOIRQ=2", "E22", "ENABLE=1,NOIRQ=2,NOTIMER", "=,="])
  func noBits(text: String) {
    #expect(StepBits(parsing: Array(text.utf8)) == nil)
  }

  @Test func anotherStubHasNone() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400")
    let target = try RemoteTarget(transport: stub)
    let count = stub.packets.count
    #expect(throws: RemoteError.self) { try target.takesInterruptsInSteps() }
    #expect(throws: RemoteError.self) { try target.setTakesInterruptsInSteps(true) }
    #expect(stub.packets.count == count)
  }
}
