import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct RegisterTests {
  private func fixture(at exit: FakeExit? = nil) throws -> SessionFixture {
    try SessionFixture(at: exit)
  }

  /// At EL1, without an exit.
  private func fixtureInGuest() throws -> SessionFixture {
    let fixture = try fixture()
    _ = try fixture.resume(
      .stop(signal: 2) {
        $0.stand(at: FixtureImages.guestAddress("store32"), level: 1)
        $0["x0"] = 0x77
        $0["x30"] = 0x4020_0004
      })
    _ = fixture.target.takeTrace()
    return fixture
  }

  // MARK: Reading

  @Test func atAnExitTheGuestsRegistersAreThoseOfTheFrame() throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["x0"] = 0xbad
    for (text, value) in [
      ("$x0", 0x900_0000), ("$x1", 0x1_0000_0041), ("$w1", 0x41), ("$x29", 0x29), ("$fp", 0x29),
      ("$lr", 0x4020_0004), ("$x30", 0x4020_0004), ("$X0", 0x900_0000),
      ("$pc", FixtureImages.guestAddress("store32")), ("$cpsr", 0x3c5), ("$pstate", 0x3c5),
      ("$spsr_el2", 0x3c5), ("$elr_el2", FixtureImages.guestAddress("store32")),
      ("$sp_el0", 0x402f_0000), ("$far_el2", 0x900_0000), ("$hpfar_el2", 0x9_0000),
      ("$guest.x0", 0x900_0000), ("$guest.pc", FixtureImages.guestAddress("store32")),
      ("$esr_el2", 0x9381_0047),
    ] as [(String, UInt64)] {
      #expect(try fixture.session.value(of: text).bits == value, "\(text)")
    }
    // All of it came with the stop.
    #expect(fixture.target.takeTrace() == [])
    #expect(try fixture.session.value(of: "$pc").addressSpace == .guest)
  }

  @Test func atAnExitTheCPUsRegistersAreTheHypervisors() throws {
    let fixture = try fixture(at: .mmioWrite)
    #expect(try fixture.session.value(of: "$hv.pc").bits == FixtureImages.trampoline)
    #expect(try fixture.session.value(of: "$hv.pc").addressSpace == .hypervisor)
    #expect(try fixture.session.value(of: "$hv.sp").bits == FakeTarget.context)
    #expect(try fixture.session.value(of: "$hv.x0").bits == 0)
    #expect(try fixture.session.value(of: "$hv.cpsr").bits == 0x3c9)
    #expect(fixture.target.takeTrace() == [])
  }

  @Test(
    arguments: [
      (0x3c5, 0x1111, ["p SP_EL1"]), (0x3c4, 0x402f_0000, []), (0x3c0, 0x402f_0000, []),
      (0x3c1, 0x402f_0000, []),
    ] as [(UInt64, UInt64, [String])])
  func theStackPointerIsTheOneThatPSTATESelects(
    pstate: UInt64, value: UInt64, trace: [String]
  ) throws {
    let fixture = try fixture(at: .wfi.with { $0.pstate = pstate })
    fixture.target["SP_EL1"] = 0x1111
    let sp = try fixture.session.value(of: "$sp")
    #expect(sp.bits == value)
    #expect(sp.addressSpace == .guest)
    #expect(fixture.target.takeTrace() == trace)
  }

  @Test func offAnExitTheRegistersAreTheCPUs() throws {
    let fixture = try fixture()
    #expect(try fixture.session.value(of: "$pc").bits == FixtureImages.handler)
    #expect(try fixture.session.value(of: "$pc").addressSpace == .hypervisor)
    #expect(try fixture.session.value(of: "$sp").bits == 0x4040_8000)
    #expect(try fixture.session.value(of: "$hv.pc").bits == FixtureImages.handler)
    #expect(throws: DebugError.notAtExit(.neverEntered)) {
      try fixture.session.value(of: "$guest.x0")
    }
    fixture.target["ESR_EL2"] = 0x5600_001f
    #expect(try fixture.session.value(of: "$esr_el2.ec").bits == 0x15)
    // A CPU's own memory says whether it handles an exit.
    #expect(fixture.target.takeTrace() == ["p TPIDR_EL2", "m 0x404092e0+8", "p ESR_EL2"])
  }

  @Test func inTheGuestTheRegistersAreTheCPUs() throws {
    let fixture = try fixtureInGuest()
    #expect(try fixture.session.value(of: "$x0").bits == 0x77)
    #expect(try fixture.session.value(of: "$guest.x0").bits == 0x77)
    #expect(try fixture.session.value(of: "$pc").addressSpace == .guest)
    #expect(throws: DebugError.notAtEL2("hv.x0")) { try fixture.session.value(of: "$hv.x0") }
  }

  @Test(arguments: [
    "$nothing", "$x31", "$x01", "$w31", "$guest.nothing", "$exit", "$exit.nothing",
    "$exit.ipa.more", "$guest.exit.ipa", "$guest", "$hv",
  ])
  func unknownRegisters(text: String) throws {
    let fixture = try fixture(at: .mmioWrite)
    let error = #expect(throws: ExpressionError.self) {
      try fixture.session.value(of: "1 + \(text)")
    }
    #expect(error == ExpressionError(.unknownRegister(String(text.dropFirst())), column: 5))
  }

  /// Every register with a layout has its fields after a dot, whatever the case.
  @Test(
    arguments: [
      ("$esr_el2.ec", 0x24), ("$ESR_EL2.Iss.Srt", 1), ("$spsr_el2.m", 5), ("$spsr_el2.d", 1),
      ("$hpfar_el2.fipa.raw", 0x9000), ("$vttbr_el2.vmid", 1), ("$vttbr_el2.cnp", 0),
      ("$hcr_el2.vm", 1), ("$hcr_el2.tsc", 0), ("$mair_el1.attr1.outer", 4),
      ("$mair_el1.attr2", 0xff), ("$hv.hcr_el2.rw", 1),
    ] as [(String, UInt64)])
  func fieldsOfRegisters(text: String, value: UInt64) throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["VTTBR_EL2"] = 0x0001_0000_4080_0000
    fixture.target["HCR_EL2"] = 0x8000_0001
    fixture.target["MAIR_EL1"] = 0xff_4400
    #expect(try fixture.session.value(of: text).bits == value)
  }

  /// A field that holds an address without its low bits is that address.
  @Test(
    arguments: [
      ("$hpfar_el2.fipa", 0x900_0000, .intermediatePhysical),
      ("$vttbr_el2.baddr", 0x4080_0000, .physical),
      ("$vbar_el2.vba", FixtureImages.vectors, .hypervisor),
      ("$vbar_el1.vba", 0x4020_8000, .guest),
      ("$ttbr0_el1.baddr", 0x4021_0000, .intermediatePhysical),
    ] as [(String, UInt64, AddressSpace)])
  func fieldsThatAreAddresses(text: String, value: UInt64, space: AddressSpace) throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["VTTBR_EL2"] = 0x0001_0000_4080_0001
    fixture.target["VBAR"] = 0x4020_8000
    fixture.target["TTBR0_EL1"] = 0x0001_0000_4021_0001
    let found = try fixture.session.value(of: text)
    #expect(found == Value(value, addressSpace: space, displayType: .address))
    // The same again when it is set, and nothing else of the register changes.
    let register = String(text.prefix { $0 != "." })
    let whole = try fixture.session.value(of: register).bits
    try fixture.session.assign("\(text) = \(value)", isForced: true)
    #expect(try fixture.session.value(of: register).bits == whole)
    try fixture.session.assign("\(text).raw = 0", isForced: true)
    #expect(try fixture.session.value(of: text).bits == 0)
    try fixture.session.assign("\(text) = \(value)", isForced: true)
    #expect(try fixture.session.value(of: register).bits == whole)
    #expect(throws: DebugError.self) {
      try fixture.session.assign("\(text) = \(value + 1)", isForced: true)
    }
  }

  /// The function of a call is in W0, whatever is above it.
  @Test func theNumberOfACallHas32Bits() throws {
    let fixture = try fixture(at: .psciVersion)
    try fixture.session.assign("$x0 = 0xffffffff84000000")
    #expect(try fixture.session.value(of: "$exit.number").bits == 0x8400_0000)
    #expect(try fixture.session.value(of: "$x0").bits == 0xffff_ffff_8400_0000)
  }

  /// CPTR_EL2 has FPEN only where EL2 is a host.
  @Test func theLayoutOfAHostIsChosenByE2H() throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["CPTR_EL2"] = 0x30_0400
    #expect(try fixture.session.value(of: "$cptr_el2.tfp").bits == 1)
    #expect(throws: ExpressionError.self) { try fixture.session.value(of: "$cptr_el2.fpen") }
    fixture.target["HCR_EL2"] = 1 << 34
    #expect(try fixture.session.value(of: "$cptr_el2.fpen").bits == 3)
    #expect(throws: ExpressionError.self) { try fixture.session.value(of: "$cptr_el2.tfp") }
    _ = fixture.target.takeTrace()
    // Others cost no further access.
    _ = try fixture.session.value(of: "$vtcr_el2.ps")
    #expect(fixture.target.takeTrace() == ["p VTCR_EL2"])
  }

  /// MemAttr of stage 2 has another encoding with FWB; without HCR_EL2 nothing is assumed.
  @Test func theFormOfADescriptorIsChosenByFWB() throws {
    let fixture = try fixture(at: .mmioWrite)
    func form() throws -> String? {
      try fixture.session.registers.layout(of: "s2desc")?.name.description
    }
    fixture.target["HCR_EL2"] = 1
    #expect(try form() == "S2DESC_NOFWB")
    fixture.target["HCR_EL2"] = 1 << 46 | 1
    #expect(try form() == "S2DESC_FWB")
  }

  /// CCSIDR_EL1 has 64 bits where ID_AA64MMFR2_EL1.CCIDX is 1.
  @Test func theLayoutOfACacheIsChosenByItsFeature() throws {
    var model = FakeTarget.Model.machine
    for (index, name) in ["CCSIDR", "ID_AA64MMFR2_EL1"].enumerated() {
      model.registers.append(
        RegisterDescription(
          name: name, number: 900 + index, bitWidth: 64, group: "cp_regs",
          feature: "org.qemu.gdb.arm.sys.regs"))
    }
    let fixture = try SessionFixture(FakeTarget(model))
    fixture.target["CCSIDR"] = 0x7ff_0000_007a
    fixture.target["ID_AA64MMFR2_EL1"] = 1 << 20
    #expect(try fixture.session.value(of: "$ccsidr.numsets").bits == 0x7ff)
    fixture.target["ID_AA64MMFR2_EL1"] = 0
    fixture.target["CCSIDR"] = 0x701f_e00a
    #expect(try fixture.session.value(of: "$ccsidr.numsets").bits == 0xff)
  }

  @Test func fieldsOfAFieldAreWithinIt() throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["MAIR_EL1"] = 0xff_4400
    let error = #expect(throws: ExpressionError.self) {
      try fixture.session.value(of: "$mair_el1.attr0.outer")
    }
    #expect(error?.description.hasPrefix("$mair_el1 has no field 'attr0.outer': it has") == true)
    #expect(throws: ExpressionError.self) { try fixture.session.value(of: "$esr_el2.ec.srt") }
  }

  @Test func unknownFields() throws {
    let fixture = try fixture(at: .mmioWrite)
    let error = #expect(throws: ExpressionError.self) {
      try fixture.session.value(of: "$esr_el2.nope")
    }
    #expect(
      error?.description.hasPrefix("$esr_el2 has no field 'nope': it has ec il iss isv") == true)
    let none = #expect(throws: ExpressionError.self) { try fixture.session.value(of: "$x0.ec") }
    #expect(none?.description == "$x0 has no field 'ec': none of its fields are known")
  }

  @Test func theGeneralRegistersOfAWorld() throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target["SP_EL1"] = 0x1111
    let guest = try fixture.session.registers.general(of: nil)
    #expect(guest.map(\.name) == (0..<31).map { "x\($0)" } + ["sp", "pc", "cpsr"])
    #expect(guest[0].value == 0x900_0000)
    #expect(guest[31].value == 0x1111)
    let hypervisor = try fixture.session.registers.general(of: .hypervisor)
    #expect(
      hypervisor.suffix(3).map(\.value) == [
        FakeTarget.context, FixtureImages.trampoline, 0x3c9,
      ])
  }

  @Test func theWorldsThatAreNotAtHandHaveNoGeneralRegisters() throws {
    let inGuest = try fixtureInGuest()
    #expect(throws: DebugError.notAtEL2("hv")) {
      try inGuest.session.registers.general(of: .hypervisor)
    }
    #expect(throws: DebugError.notAtExit(.neverEntered)) {
      try fixture().session.registers.general(of: .guest)
    }
  }

  // MARK: Writing

  @Test(
    arguments: [
      ("$x2 = 0x1122", "M 0x40404010=2211000000000000", "$x2", 0x1122),
      ("$w1 = 0xffffffff", "M 0x40404008=ffffffff00000000", "$x1", 0xffff_ffff),
      ("$lr = 4", "M 0x404040f0=0400000000000000", "$x30", 4),
      ("$pc = $pc + 4", "M 0x40404100=1400204000000000", "$exit.pc", 0x4020_0014),
      ("$pstate = 0x3c4", "M 0x40404108=c403000000000000", "$cpsr", 0x3c4),
      ("$sp_el0 = 8", "M 0x404040f8=0800000000000000", "$sp_el0", 8),
      ("$guest.x3 = 7", "M 0x40404018=0700000000000000", "$x3", 7),
      ("$far_el2 = 0x9000004", "M 0x40404120=0400000900000000", "$exit.ipa", 0x900_0004),
      ("$hpfar_el2 = 0x90010", "M 0x40404128=1000090000000000", "$exit.ipa", 0x900_1000),
      // SRT and SAS.
      ("$esr_el2.srt = 31", "M 0x40404118=47009f9300000000", "$exit.reg", 31),
      ("$esr_el2.iss.sas = 0", "M 0x40404118=4700019300000000", "$exit.width", 1),
      ("$esr_el2.ec = 0x16", "M 0x40404118=4700815b00000000", "$exit.number", 0x900_0000),
    ] as [(String, String, String, UInt64)])
  func whatIsWrittenAtAnExit(text: String, access: String, back: String, value: UInt64) throws {
    let fixture = try fixture(at: .mmioWrite)
    try fixture.session.assign(text)
    #expect(fixture.target.takeTrace() == [access])
    #expect(try fixture.session.value(of: back).bits == value)
    // Not only the session's own copy has it.
    try fixture.session.refresh()
    #expect(try fixture.session.value(of: back).bits == value)
  }

  @Test(arguments: [
    ("$esr_el2.srt = 32", "cannot set $esr_el2.srt: 0x20 does not fit its 5 bits"),
    ("$esr_el2.isv = 2", "cannot set $esr_el2.isv: 0x2 does not fit its 1 bits"),
    ("$exit.ipa = 1", "cannot set $exit.ipa: it is decoded; set $esr_el2 or a guest register"),
    ("$hv.cpsr = 0x100000000", "cannot set $hv.cpsr: 0x100000000 does not fit 32 bits"),
  ])
  func whatCannotBeWritten(text: String, words: String) throws {
    let fixture = try fixture(at: .mmioWrite)
    let before = fixture.target.memory.read(FakeTarget.context, byteCount: 344, .physical)
    let error = #expect(throws: DebugError.self) { try fixture.session.assign(text) }
    #expect(error?.description == words)
    #expect(
      fixture.target.memory.read(FakeTarget.context, byteCount: 344, .physical) == before)
    #expect(fixture.session.exit != nil)
  }

  /// System registers are written by the CPU itself, whatever the stub calls them.
  @Test(
    arguments: [
      ("$vttbr_el2", "VTTBR_EL2"), ("$hv.esr_el2", "ESR_EL2"),
      // The guest's SP is SP_EL1.
      ("$sp", "SP_EL1"),
      // The target calls it SCTLR.
      ("$sctlr_el1", "SCTLR"),
    ])
  func whatTheCPUWrites(name: String, register: String) throws {
    let fixture = try fixture(at: .mmioWrite)
    let before = fixture.target.memory.read(FakeTarget.context, byteCount: 344, .physical)
    try fixture.session.assign("\(name) = 0x41")
    #expect(fixture.target[register] == 0x41)
    #expect(
      fixture.target.memory.read(FakeTarget.context, byteCount: 344, .physical) == before)
    #expect(try fixture.session.exits.require().reason.exitClass == .mmioWrite)
  }

  @Test func aWriteThatFailsChangesNothing() throws {
    let fixture = try fixture(at: .mmioWrite)
    fixture.target.failNext("M 0x40404000=0100000000000000")
    #expect(throws: RemoteError.self) { try fixture.session.assign("$x0 = 1") }
    #expect(try fixture.session.value(of: "$x0").bits == 0x900_0000)
  }

  @Test func theHypervisorsRegistersAreWrittenInTheCPU() throws {
    let fixture = try fixture()
    try fixture.session.assign("$x4 = 0x123")
    try fixture.session.assign("$hv.fp = 9")
    try fixture.session.assign("$pc = $pc + 4")
    #expect(
      fixture.target.takeTrace() == [
        "P x4=0x123 | p x4", "g", "P x29=0x9 | p x29", "g", "P pc=0x40205004 | p pc",
      ])
    #expect(try fixture.session.value(of: "$x4 + $fp").bits == 0x12c)
    #expect(fixture.session.state?.pc == 0x4020_5004)
    // One look for the three registers.
    #expect(fixture.target.takeTrace() == ["g"])
  }

  @Test func aRegisterOfAWorldThatIsNotAtHandIsNotWritten() throws {
    let inGuest = try fixtureInGuest()
    #expect(throws: DebugError.notAtEL2("hv.x0")) { try inGuest.session.assign("$hv.x0 = 1") }
    #expect(inGuest.target["x0"] == 0x77)
    let atEL2 = try fixture()
    #expect(throws: DebugError.notAtExit(.neverEntered)) {
      try atEL2.session.assign("$guest.x0 = 1")
    }
    #expect(atEL2.target["x0"] == 0)
  }

  @Test func anUnknownRegisterIsNotWritten() throws {
    let fixture = try fixture(at: .mmioWrite)
    for text in ["$nothing.x = 1", "$exit = 1", "$guest.exit = 1"] {
      let error = #expect(throws: ExpressionError.self) { try fixture.session.assign(text) }
      #expect(error?.column == 1)
    }
    #expect(fixture.target.takeTrace() == [])
  }
}
