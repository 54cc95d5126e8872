import Testing

@testable import ArmVCpu

@Suite struct SErrorSyndromeTests {
  @Test(
    "B-15: the severity of an SError, if its syndrome has one",
    arguments: [
      (0x011, "uncontainable (UC)"), (0x411, "unrecoverable state (UEU)"),
      (0x811, "restartable state (UEO)"), (0xc11, "recoverable state (UER)"),
      (0x1811, "corrected (CE)"), (0x1011, "reserved"), (0x1c11, "reserved"),
      // Not asynchronous; IMPLEMENTATION DEFINED.
      (0xc00, nil), (0x100_0c11, nil),
    ] as [(UInt32, String?)])
  func severity(iss: UInt32, expected: String?) {
    #expect(SErrorSyndrome(iss: iss).severity?.description == expected)
  }
}
