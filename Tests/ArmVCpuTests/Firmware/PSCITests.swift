import Testing

@testable import ArmVCpu

@Suite struct PSCITests {
  private static let first: UInt64 = 0x1111_2222_8000_0001
  private static let second: UInt64 = 0x3333_4444_4020_0000
  private static let third: UInt64 = 0x5555_6666_9999_0003

  private static func call(_ x0: UInt64) -> PSCI.Call? {
    var frame = TrapFrame.initial
    frame.setGPR(0, x0)
    frame.setGPR(1, first)
    frame.setGPR(2, second)
    frame.setGPR(3, third)
    return PSCI.Call(frame)
  }

  /// The functions of version 1.1 and what each identifier means: 32-bit, then 64-bit. Arm DEN 0022, 5.
  static let functions: [(UInt32, String, PSCI.Call?, PSCI.Call?)] = [
    (0x00, "PSCI_VERSION", .version, nil),
    (
      0x01, "CPU_SUSPEND",
      .cpuSuspend(powerState: 0x8000_0001, entry: 0x4020_0000, context: 0x9999_0003),
      .cpuSuspend(powerState: 0x8000_0001, entry: second, context: third)
    ),
    (0x02, "CPU_OFF", .cpuOff, nil),
    (
      0x03, "CPU_ON", .cpuOn(target: 0x8000_0001, entry: 0x4020_0000, context: 0x9999_0003),
      .cpuOn(target: first, entry: second, context: third)
    ),
    (
      0x04, "AFFINITY_INFO", .affinityInfo(target: 0x8000_0001, level: 0x4020_0000),
      .affinityInfo(target: first, level: 0x4020_0000)
    ),
    (0x06, "MIGRATE_INFO_TYPE", .migrateInfoType, nil),
    (0x08, "SYSTEM_OFF", .systemOff, nil),
    (0x09, "SYSTEM_RESET", .systemReset, nil),
    (
      0x12, "SYSTEM_RESET2", .systemReset2(type: 0x8000_0001), .systemReset2(type: 0x8000_0001)
    ),
    (0x0a, "PSCI_FEATURES", .features(SMCCC.FunctionID(rawValue: 0x8000_0001)), nil),
  ]

  @Test(
    "B-17, B-18: each function has its 32-bit identifier, and a 64-bit one if there is one"
  )
  func everyIdentifier() {
    for number: UInt32 in 0..<0x20 {
      let known = Self.functions.first { $0.0 == number }
      let narrow = 0x8400_0000 | number
      let wide = 0xc400_0000 | number
      #expect(
        Self.call(UInt64(narrow)) == known?.2 ?? .unsupported(SMCCC.FunctionID(rawValue: narrow)),
        "function \(number)")
      #expect(
        Self.call(UInt64(wide)) == known?.3 ?? .unsupported(SMCCC.FunctionID(rawValue: wide)),
        "64-bit function \(number)")
      #expect(
        Self.call(UInt64(narrow))?.name.description
          == known?.1 ?? "an unsupported PSCI function")
    }
  }

  @Test("B-16: the identifier is W0; the upper half of x0 isn't part of it")
  func upperHalf() {
    for x0: UInt64 in [0x8400_0000, 0xc400_0003, 0x8400_0003, 0x8400_001f, 0x8600_0000, 0] {
      for noise: UInt64 in [1, 0xdead_beef, 0xffff_ffff] {
        #expect(Self.call(noise << 32 | x0) == Self.call(x0))
      }
    }
    #expect(Self.call(0xffff_ffff_8400_0000) == .version)
  }

  @Test("B-22: CPU_OFF takes no argument, and PSCI's range ends with 0x1f")
  func range() {
    #expect(Self.call(0x8400_0002) == .cpuOff)
    #expect(
      Self.call(0x8400_001f) == .unsupported(SMCCC.FunctionID(rawValue: 0x8400_001f)))
    for x0: UInt64 in [
      // Just outside of it; TRNG_VERSION, FFA_VERSION; not a fast call; other owners; SMCCC_VERSION.
      0x83ff_ffff, 0x8400_0020, 0xc400_0020, 0x8400_0050, 0x8400_0063, 0x0400_0000, 0x4400_0003,
      0x8500_0000, 0x8600_ff01, 0x8000_0000, 0x8401_0000, 0x8400_8000, 0x84ff_0000, 0, 0xffff_ffff,
    ] {
      #expect(Self.call(x0) == nil, "\(String(x0, radix: 16))")
    }
  }

  @Test("B-18: PSCI_FEATURES reports exactly the functions that are implemented")
  func features() {
    for number: UInt32 in 0..<0x40 {
      let known = Self.functions.first { $0.0 == number }
      #expect(
        PSCI.features(of: SMCCC.FunctionID(rawValue: 0x8400_0000 | number))
          == (known?.2 != nil ? .success : .notSupported), "function \(number)")
      #expect(
        PSCI.features(of: SMCCC.FunctionID(rawValue: 0xc400_0000 | number))
          == (known?.3 != nil ? .success : .notSupported), "64-bit function \(number)")
    }
    // A guest detects the calling convention with SMCCC_VERSION; its neighbor is queried differently.
    #expect(PSCI.features(of: SMCCC.FunctionID(rawValue: 0x8000_0000)) == .success)
    #expect(PSCI.features(of: SMCCC.FunctionID(rawValue: 0x8000_0001)) == .notSupported)
    #expect(PSCI.features(of: SMCCC.FunctionID(rawValue: 0)) == .notSupported)
    #expect(PSCI.features(of: SMCCC.FunctionID(rawValue: .max)) == .notSupported)
  }

  @Test func returnCodesAreSignExtended() {
    #expect(PSCI.ReturnCode.success.registerValue == 0)
    #expect(PSCI.ReturnCode.notSupported.registerValue == 0xffff_ffff_ffff_ffff)
    #expect(PSCI.ReturnCode.invalidParameters.registerValue == 0xffff_ffff_ffff_fffe)
    #expect(PSCI.ReturnCode.denied.registerValue == 0xffff_ffff_ffff_fffd)
    #expect(PSCI.ReturnCode.alreadyOn.registerValue == 0xffff_ffff_ffff_fffc)
    #expect(PSCI.ReturnCode.onPending.registerValue == 0xffff_ffff_ffff_fffb)
    #expect(PSCI.ReturnCode.internalFailure.registerValue == 0xffff_ffff_ffff_fffa)
    #expect(PSCI.version == 0x10001)
    #expect(PSCI.noTrustedOS == 2)
  }
}
