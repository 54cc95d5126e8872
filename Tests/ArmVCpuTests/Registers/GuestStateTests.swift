import Testing

@testable import ArmVCpu

@Suite struct GuestStateTests {
  @Test("a frame that is read in place has the same registers as a copy")
  func inPlace() {
    let context = UnsafeMutablePointer<VCpuContext>.allocate(capacity: 1)
    defer { context.deallocate() }
    context.initialize(to: VCpuContext())
    context.pointee.frame = .distinct
    context.pointee.frame.spsr = 0x8000_03c4
    let reader = context.frameReader
    for index: UInt8 in 0...255 { #expect(reader.gpr(index) == TrapFrame.distinct.gpr(index)) }
    #expect(reader.gpr(31) == 0)
    #expect(reader.pstate == SPSR_EL2(rawValue: 0x8000_03c4))
    // It is a view of the frame, not a copy.
    context.pointee.frame.setGPR(30, 1)
    #expect(reader.gpr(30) == 1)
  }
}
