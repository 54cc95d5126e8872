import TestSupport
import Testing

/// Permissions and attributes of the pages of stage 1.
extension TranslationModelTests {
  // MARK: Permissions of stage 1

  /// The manual's table of AP[2:1] with UXN, PXN and WXN: for EL1 and EL0 what is permitted of
  /// reads, writes and fetches.
  @Test(
    arguments: [
      (0b00, false, "rwx", "--x"), (0b01, false, "rw-", "rwx"), (0b10, false, "r-x", "--x"),
      (0b11, false, "r-x", "r-x"), (0b00, true, "rw-", "--x"), (0b01, true, "rw-", "rw-"),
      (0b10, true, "r-x", "--x"), (0b11, true, "r-x", "r-x"),
    ] as [(UInt64, Bool, String, String)])
  func accessPermissions(ap: UInt64, wxn: Bool, privileged: String, unprivileged: String) {
    var registers = Self.registers()
    if wxn { registers.sctlr |= 1 << 19 }
    func permitted(_ isUnprivileged: Bool, _ more: UInt64 = 0, pan: Bool = false) -> String {
      zip("rwx", ModelAccess.Kind.allCases).map { letter, kind in
        isPermitted(
          translate(
            registers, page: 0x9000_0403 | ap << 6 | more,
            ModelAccess(kind, isUnprivileged: isUnprivileged, pan: pan))) ? String(letter) : "-"
      }.joined()
    }
    #expect(permitted(false) == privileged)
    #expect(permitted(true) == unprivileged)
    #expect(permitted(false, 1 << 53) == privileged.prefix(2) + "-")
    #expect(permitted(true, 1 << 53) == unprivileged)
    #expect(permitted(false, 1 << 54) == privileged)
    #expect(permitted(true, 1 << 54) == unprivileged.prefix(2) + "-")
    // PAN keeps EL1 from the data that EL0 has, not from fetches.
    #expect(permitted(true, pan: true) == unprivileged)
    #expect(permitted(false, pan: true) == (ap & 1 == 0 ? privileged : "--" + privileged.suffix(1)))
    // EPAN also from what EL0 can execute; WXN doesn't count where PAN forbids the write.
    registers.sctlr |= 1 << 57
    #expect(permitted(false, pan: true) == "--" + (ap == 0 ? "x" : privileged.suffix(1)))
    #expect(
      permitted(false, 1 << 54, pan: true)
        == (ap & 1 == 0 ? privileged : "--" + privileged.suffix(1)))
  }

  @Test(
    arguments: [
      (61, false, "rwx", "--x"), (62, false, "r-x", "r-x"), (59, false, "rw-", "rwx"),
      (60, false, "rw-", "rw-"), (61, true, "rw-", "rwx"), (60, true, "rw-", "rwx"),
    ] as [(UInt64, Bool, String, String)])
  func limitsOfATable(bit: UInt64, hpd: Bool, privileged: String, unprivileged: String) {
    var registers = Self.registers()
    if hpd { registers.tcr |= 1 << 41 }
    for entry in Self.tables.keys {
      var words = Self.tables.merging([0x8000_3020: 0x9000_0443]) { $1 }
      words[entry]! |= 1 << bit
      for (isUnprivileged, expected) in [(false, privileged), (true, unprivileged)] {
        let permitted = zip("rwx", ModelAccess.Kind.allCases).map { letter, kind in
          isPermitted(
            translate(
              registers, Self.address, ModelAccess(kind, isUnprivileged: isUnprivileged), words))
            ? String(letter) : "-"
        }
        #expect(permitted.joined() == expected)
      }
    }
  }

  @Test func hardwareUpdates() {
    var registers = Self.registers()
    let clean: UInt64 = 1 << 51 | 0x9000_0483
    #expect(translate(registers, page: 0x9000_0003) == Self.fault(0b001011))
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.fault(0b001111))
    registers.tcr |= 1 << 40
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.fault(0b001111))
    registers.tcr |= 1 << 39
    #expect(translate(registers, page: 0x9000_0003) == Self.mapped(0x9000_0567, 3))
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.mapped(0x9000_0567, 3))
    #expect(translate(registers, page: 0x9000_0483, ModelAccess(.write)) == Self.fault(0b001111))
    registers.hasHAFDBS = false
    #expect(translate(registers, page: 0x9000_0003) == Self.fault(0b001011))
  }

  /// With NV and NV1, bit 54 is PXN, AP[1] and UXN are 0, and PAN doesn't count.
  @Test func nestedVirtualization() {
    var registers = Self.registers()
    registers.hasStage2 = true
    registers.hcr = 1 << 42 | 1 << 43
    let read = ModelAccess(.read, pan: true)
    #expect(isPermitted(translate(registers, page: 0x9000_0443, read)))
    #expect(
      !isPermitted(
        translate(registers, page: 0x9000_0443, ModelAccess(.read, isUnprivileged: true))))
    let execute = ModelAccess(.execute)
    #expect(isPermitted(translate(registers, page: 0x9000_0443, execute)))
    #expect(isPermitted(translate(registers, page: 1 << 53 | 0x9000_0443, execute)))
    #expect(!isPermitted(translate(registers, page: 1 << 54 | 0x9000_0443, execute)))
    registers.hasStage2 = false
    #expect(!isPermitted(translate(registers, page: 0x9000_0443, read)))
  }

  // MARK: Attributes of stage 1

  @Test func attributes() {
    func attributes(_ registers: ModelRegisters, _ page: UInt64, _ kind: ModelAccess.Kind = .read)
      -> ModelAttributes?
    {
      guard
        case .mapped(_, _, _, let attributes) = translate(
          registers, page: page, ModelAccess(kind))
      else { return nil }
      return attributes
    }
    var registers = Self.registers()
    let nonCacheable = ModelAttributes(
      .normal(inner: .nonCacheable, outer: .nonCacheable), .outer)
    #expect(attributes(registers, 0x9000_0703)?.shareability == .inner)
    #expect(attributes(registers, 0x9000_0407) == ModelAttributes(.device(.nGnRE), .outer))
    #expect(attributes(registers, 0x9000_0407, .execute) == nonCacheable)
    #expect(attributes(registers, 0x9000_070b) == nonCacheable)
    #expect(
      attributes(registers, 0x9000_070f)
        == ModelAttributes(.normal(inner: .writeThrough, outer: .writeThrough), .inner))
    registers.sctlr &= ~(1 << 2)
    #expect(attributes(registers, 0x9000_0703) == nonCacheable)
    #expect(attributes(registers, 0x9000_0407) == ModelAttributes(.device(.nGnRE), .outer))
    #expect(attributes(registers, 0x9000_0703, .execute)?.shareability == .inner)
    registers.sctlr &= ~(1 << 12)
    #expect(attributes(registers, 0x9000_0703, .execute) == nonCacheable)
  }

  @Test func stage1Off() {
    var registers = Self.registers()
    registers.sctlr = 0
    registers.physicalRange = 40
    let device = ModelAttributes(.device(.nGnRnE), .outer)
    #expect(
      translate(registers, 0xff_1234_5678, [:]) == Self.mapped(0xff_1234_5678, nil, nil, device))
    #expect(translate(registers, 1 << 40, [:]) == Self.fault(0))
    #expect(translate(registers, 1 << 63 | 0x1000, [:]) == Self.fault(0))
    registers.tcr |= 1 << 37
    #expect(translate(registers, 1 << 63 | 0x1000, [:]) == Self.mapped(0x1000, nil, nil, device))
    #expect(
      translate(registers, 0x1000, ModelAccess(.execute), [:])
        == Self.mapped(
          0x1000, nil, nil,
          ModelAttributes(.normal(inner: .nonCacheable, outer: .nonCacheable), .outer)))
    registers.sctlr = 1 << 12
    #expect(
      translate(registers, 0x1000, ModelAccess(.execute), [:])
        == Self.mapped(
          0x1000, nil, nil,
          ModelAttributes(.normal(inner: .writeThrough, outer: .writeThrough), .outer)))
  }
}
