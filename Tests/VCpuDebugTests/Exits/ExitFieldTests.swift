import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ExitFieldTests {
  /// Missing values are 0. The CPU writes no syndrome at an interrupt: `ec` is then not the register's, which is an
  /// earlier exit's.
  @Test(
    arguments: [
      (
        "mmio-write",
        [
          "ec": 0x24, "ipa": 0x900_0000, "va": 0x900_0000, "width": 4, "write": 1, "reg": 1,
          "value": 0x41,
        ]
      ),
      (
        "mmio-write-zero",
        ["ec": 0x24, "ipa": 0x900_0001, "va": 0x900_0001, "width": 1, "write": 1, "reg": 31]
      ),
      ("mmio-read", ["ec": 0x24, "ipa": 0x900_0018, "va": 0x900_0018, "width": 1, "reg": 3]),
      ("dabt", ["ec": 0x24, "ipa": 0x5000_0ff8, "va": 0x5000_0ff8]),
      ("dabt-walk", ["ec": 0x24, "ipa": 0x5000_1000, "va": 0xffff_0000_1234_5678]),
      ("dabt-cache", ["ec": 0x24, "ipa": 0x5000_0040, "va": 0x5000_0040, "write": 1]),
      ("iabt", ["ec": 0x20, "ipa": 0x5000_0000, "va": 0x5000_0000]),
      ("hvc", ["ec": 0x16, "number": 0xc600_0001]),
      ("smc", ["ec": 0x17, "number": 0x8000_0000]),
      ("psci-version", ["ec": 0x16, "number": 0x8400_0000]),
      ("psci-cpu-suspend", ["ec": 0x17, "number": 0xc400_0001]),
      ("sysreg-read", ["ec": 0x18, "reg": 4, "sysreg": 0x30_0008]),
      ("sysreg-write", ["ec": 0x18, "reg": 6, "sysreg": 0x32_0400, "write": 1, "value": 0x1234]),
      ("wfi", ["ec": 1]), ("wfe", ["ec": 1]), ("wfit", ["ec": 1, "reg": 9]),
      ("serror", ["ec": 0x2f]), ("fp", ["ec": 7]), ("sve", ["ec": 0x19]), ("debug", ["ec": 0x3c]),
      ("unhandled", ["ec": 0x3f]), ("irq", [:]),
    ] as [(String, [String: UInt64])])
  func fields(name: String, fields: [String: UInt64]) throws {
    let exit = try #require(FakeExit.all.first { $0.name == name }).exit
    let session = try SessionFixture(
      at: exit.with {
        $0.vcpu = 3
        $0.vm = 4
        $0.count = 55
        $0.time = 66
      }
    ).session
    var expected = fields
    expected["kind"] = session.exit.map { UInt64($0.reason.exitClass.rawValue) }
    expected["pc"] = exit.pc
    expected.merge(["vcpu": 3, "vm": 4, "count": 55, "time": 66]) { first, _ in first }
    for field in Exits.fieldNames {
      #expect(
        try session.value(of: "$exit.\(field)").bits == expected[field] ?? 0, "$exit.\(field)")
    }
    #expect(Set(expected.keys).isSubset(of: Exits.fieldNames))
  }

  @Test("B-6: the value of a big-endian guest's store is the one that the device gets")
  func bigEndianValue() throws {
    let fixture = try SessionFixture(at: .mmioWrite)
    // SCTLR_EL1.EE, which is read once, when the value is wanted.
    fixture.target["SCTLR"] = 1 << 25
    _ = fixture.target.takeTrace()
    #expect(try fixture.session.value(of: "$exit.width").bits == 4)
    #expect(fixture.target.takeTrace() == [])
    for _ in 0..<2 { #expect(try fixture.session.value(of: "$exit.value").bits == 0x4100_0000) }
    #expect(fixture.target.takeTrace() == ["p SCTLR"])
  }

  /// At any stage of EL2's handling of the exit.
  @Test func bigEndianValueOfAHandledExit() throws {
    let fixture = try SessionFixture()
    fixture.target["SCTLR"] = 1 << 25
    _ = try fixture.resume(
      .stop {
        $0.stand(at: .mmioWrite)
        $0.stand(at: FixtureImages.handler, level: 2)
      })
    #expect(try fixture.session.value(of: "$exit.value").bits == 0x4100_0000)
  }

  /// A copy has the value that was read at the exit: later the register may be the host's.
  @Test func bigEndianValueOfACopy() throws {
    let fixture = try SessionFixture(.booted())
    fixture.target["SCTLR"] = 1 << 25
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.vector(.mmioWrite))
    #expect(try fixture.session.value(of: "$exit.value").bits == 0x4100_0000)
    fixture.target["SCTLR"] = 0
    _ = try fixture.step(1, .at(FixtureImages.handler, level: 2))
    #expect(try fixture.session.exits.require().isCopy)
    #expect(try fixture.session.value(of: "$exit.value").bits == 0x4100_0000)
  }

  /// If HPFAR_EL2 has no address, the guest's is used while its MMU is off.
  @Test func theAddressOfAHandledExitWithTheMMUOff() throws {
    let fixture = try SessionFixture()
    // A stage 2 permission fault.
    let exit = FakeExit.dataAbort.with { $0.esr = $0.esr & ~0x3f | 0xf }
    _ = try fixture.resume(
      .stop {
        $0.stand(at: exit)
        $0.stand(at: FixtureImages.handler, level: 2)
      })
    #expect(try fixture.session.value(of: "$exit.ipa").bits == 0x5000_0ff8)
    fixture.target["SCTLR"] = 1
    try fixture.session.refresh()
    #expect(try fixture.session.value(of: "$exit.ipa").bits == 0)
  }

  @Test func fieldsAreShownAsWhatTheyAre() throws {
    let session = try SessionFixture(at: .mmioWrite).session
    #expect(try session.value(of: "$exit.kind").displayType == .word("mmio-write"))
    #expect(try session.value(of: "$exit.ipa").addressSpace == .intermediatePhysical)
    #expect(try session.value(of: "$exit.va").addressSpace == .guest)
    #expect(try session.value(of: "$EXIT.PC").addressSpace == .guest)
    #expect(try session.value(of: "$exit.write").displayType == .boolean)
  }

  @Test func offAnExitThereIsNone() throws {
    let session = try SessionFixture().session
    #expect(throws: DebugError.notAtExit(.neverEntered)) { try session.value(of: "$exit.kind") }
  }

  /// HVC has passed the instruction, an interrupt has none.
  @Test(arguments: [
    ("hvc", "call_hypervisor"), ("psci-version", "call_psci"), ("smc", "call_monitor"),
    ("psci-cpu-suspend", "call_monitor"), ("mmio-write", "store32"), ("wfi", "wait"),
    ("irq", nil), ("fiq", nil), ("serror", nil),
  ])
  func theInstructionOfAnExit(name: String, symbol: String?) throws {
    let record = try #require(FakeExit.all.first { $0.name == name }).exit.record
    let exit = try Exit(contextAddress: 0, record: record)
    #expect(exit.instructionAddress == symbol.map(FixtureImages.guestAddress))
  }

  @Test func aRecordThatIsNone() {
    let record = FakeExit.wfi.record
    #expect(throws: DebugError.damagedContext(8)) {
      try Exit(contextAddress: 8, record: Array(record.dropLast()))
    }
    #expect(throws: DebugError.damagedContext(8)) { try Exit(contextAddress: 8, record: []) }
    // 0x100 isn't a trap kind, although its low byte is one.
    #expect(throws: DebugError.damagedContext(8)) {
      try Exit(contextAddress: 8, record: FakeExit.wfi.with { $0.kind = 0x100 }.record)
    }
  }
}

@Suite struct ExitClassParsingTests {
  @Test(arguments: ExitClass.allCases)
  func everyWordIsItsClass(wanted: ExitClass) throws {
    #expect(try ExitClass(parsing: wanted.word) == wanted)
    #expect(try ExitClass(parsing: wanted.word.uppercased()) == wanted)
  }

  @Test(arguments: [
    ("mmio-r", ExitClass.mmioRead), ("un", .unhandled), ("ser", .serror), ("sys", .sysreg),
    ("mm", .mmio), ("ps", .psci), ("sysreg-", nil), ("wf", nil), ("s", nil), ("", nil),
    ("mmio-if", nil), ("hvcc", nil), ("m", nil),
  ])
  func prefixes(word: String, expected: ExitClass?) {
    if let expected {
      #expect(throws: Never.self) { try #expect(ExitClass(parsing: word) == expected) }
    } else {
      #expect(throws: DebugError.noSuchClass(word)) { try ExitClass(parsing: word) }
    }
  }
}
