import Testing

@testable import ArmVCpu

@Suite struct FaultStatusTests {
  @Test("B-11: every code has a name, and its predicates match that name")
  func everyCode() {
    var names: Set<String> = []
    for code: UInt8 in 0..<64 {
      let status = FaultStatus(rawValue: code)
      let name = status.name.description
      #expect(status.isTranslation == name.hasPrefix("translation fault"), "\(code)")
      #expect(status.isAddressSize == name.hasPrefix("address size fault"), "\(code)")
      #expect(status.isAccessFlag == name.hasPrefix("access flag fault"), "\(code)")
      #expect(status.isPermission == name.hasPrefix("permission fault"), "\(code)")
      #expect(status.isExternalAbort == name.hasPrefix("synchronous external abort"), "\(code)")
      #expect(
        status.isExternalAbortOnWalk == name.hasPrefix("synchronous external abort on"), "\(code)")
      #expect(
        status.isParityErrorOnWalk == name.hasPrefix("synchronous parity or ECC error on"),
        "\(code)")
      names.insert(name)
    }
    // 19 codes are reserved and share that name.
    #expect(names.count == 64 - Self.reserved.count + 1)
  }

  private static let reserved: [UInt8] =
    [0x19, 0x1a, 0x20] + Array(0x2d...0x2f) + [0x32, 0x33] + Array(0x36...0x3f)

  @Test func reservedCodes() {
    for code: UInt8 in 0..<64 {
      let isReserved = FaultStatus(rawValue: code).name.description == "reserved fault status"
      #expect(isReserved == Self.reserved.contains(code), "\(code)")
    }
  }

  @Test(
    arguments: [
      (0x00, "address size fault, level 0 or translation table base"),
      (0x04, "translation fault, level 0"), (0x07, "translation fault, level 3"),
      (0x09, "access flag fault, level 1"), (0x0e, "permission fault, level 2"),
      (0x10, "synchronous external abort"),
      (0x13, "synchronous external abort on a table walk, level -1"),
      (0x14, "synchronous external abort on a table walk, level 0"),
      (0x1b, "synchronous parity or ECC error on a table walk, level -1"),
      (0x1f, "synchronous parity or ECC error on a table walk, level 3"),
      (0x21, "alignment fault"), (0x28, "granule protection fault"),
      (0x29, "address size fault, level -1"), (0x2b, "translation fault, level -1"),
      (0x2a, "translation fault, level -2"), (0x2c, "address size fault, level -2"),
      (0x30, "TLB conflict abort"), (0x31, "unsupported atomic hardware update"),
      (0x35, "unsupported exclusive or atomic access"),
    ] as [(UInt8, String)])
  func names(code: UInt8, name: String) {
    #expect(FaultStatus(rawValue: code).name.description == name)
  }

  @Test("B-12: the codes that have an address in HPFAR_EL2")
  func reportsIPA() {
    let always: [UInt8] = Array(0x00...0x0b) + [0x29, 0x2a, 0x2b, 0x2c]
    let onWalks: [UInt8] = Array(0x0c...0x0f)
    for code: UInt8 in 0..<64 {
      let status = FaultStatus(rawValue: code)
      #expect(status.reportsIPA(duringStage1Walk: false) == always.contains(code), "\(code)")
      #expect(
        status.reportsIPA(duringStage1Walk: true) == (always + onWalks).contains(code), "\(code)")
    }
  }
}
