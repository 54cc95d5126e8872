import Testing

@testable import ArmVCpu

@Suite struct ExceptionClassTests {
  @Test func theUnallocatedClasses() {
    let unallocated: Set<UInt8> = [
      0x02, 0x0b, 0x0f, 0x10, 0x23, 0x29, 0x2a, 0x2b, 0x2e, 0x36, 0x37, 0x39, 0x3b, 0x3e, 0x3f,
    ]
    var names: Set<String> = []
    for ec: UInt8 in 0..<64 {
      let name = ExceptionClass(rawValue: ec).name.description
      #expect((name == "unallocated exception class") == unallocated.contains(ec), "\(ec)")
      names.insert(name)
    }
    // No two classes share a name.
    #expect(names.count == 64 - unallocated.count + 1)
  }

  @Test func higherBitsAreDropped() {
    #expect(ExceptionClass(rawValue: 0xd6) == .hvc64)
    #expect(FaultStatus(rawValue: 0x50) == .externalAbort)
  }
}
