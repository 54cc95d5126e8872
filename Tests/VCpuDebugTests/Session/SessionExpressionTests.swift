import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct SessionExpressionTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  // MARK: Names

  @Test(
    arguments: [
      // The hypervisor's first, then the guest's.
      ("shared", 0x4020_500c, .hypervisor), ("store32", 0x4020_0010, .guest),
      ("guest:shared", 0x4020_0130, .guest), ("guest:handle_exit", 0x4020_5000, .guest),
      ("hv:shared", 0x4020_500c, .hypervisor), ("&shared", 0x4020_500c, .hypervisor),
      ("guest:store32 + 8", 0x4020_0018, .guest),
      ("ipa:store32", 0x4020_0010, .intermediatePhysical),
    ] as [(String, UInt64, AddressSpace)])
  func symbols(text: String, address: UInt64, space: AddressSpace) throws {
    let value = try session.value(of: text)
    #expect(value == Value(address, addressSpace: space, displayType: .address))
  }

  @Test func unknownNames() throws {
    #expect(throws: ExpressionError(.unknownName("nothing"), column: 3)) {
      try session.value(of: "1+nothing")
    }
    let bare = try HypervisorSession(target: target)
    #expect(throws: ExpressionError(.unknownName("shared"), column: 1)) {
      try bare.value(of: "shared")
    }
  }

  @Test(arguments: ExitClass.allCases)
  func wordsAreClasses(wanted: ExitClass) throws {
    let value = try session.value(of: wanted.word)
    #expect(value == Value(UInt64(wanted.rawValue), displayType: .word(wanted.word)))
    let isKind = try session.value(of: "$exit.kind == \(wanted.word)").isTrue
    #expect(isKind == (wanted == .mmioWrite))
  }

  // MARK: Memory

  @Test func memoryIsOfTheGuestAtAnExit() throws {
    // The same address in three spaces: the guest's code, the hypervisor's, and that one physically.
    #expect(try session.value(of: "*$pc").bits & 0xffff_ffff == 0xb900_0001)
    #expect(try session.value(of: "*0x40201000").bits == 0)
    #expect(try session.value(of: "*(hv:0x40201000)").bits == 0xd65f_03c0_d503_201f)
    #expect(try session.value(of: "*(pa:0x41200010)").bits & 0xffff_ffff == 0xb900_0001)
    #expect(try session.value(of: "*(ipa:0x40200010)").bits & 0xffff_ffff == 0xb900_0001)
    #expect(try session.value(of: "*(guest:0x40200010)").bits & 0xffff_ffff == 0xb900_0001)
  }

  @Test func memoryIsOfTheHypervisorOffAnExit() throws {
    target.script = [.at(FixtureImages.handler, level: 2, signal: 2)]
    try session.resume()
    _ = try session.poll()
    #expect(try session.value(of: "*0x40201000").bits == 0xd65f_03c0_d503_201f)
  }

  @Test(
    arguments: [
      // At an exit, an address without a prefix is the guest's.
      ("*0x40300000 = 0x11", 0x4130_0000), ("guest:0x40300008 = 0x11", 0x4130_0008),
      ("*(guest:0x40300008) = 0x11", 0x4130_0008), ("hv:0x40400010 = 0x11", 0x4040_0010),
      ("ipa:0x40400008 = 0x11", 0x4300_1008), ("pa:0x43000018 = 0x11", 0x4300_0018),
      ("*&message = 0x11", 0x4121_0000),
    ] as [(String, UInt64)])
  func assignmentToMemory(text: String, physical: UInt64) throws {
    #expect(try session.assign(text).value.bits == 0x11)
    #expect(
      target.memory.read(physical, byteCount: 8, .physical) == [0x11, 0, 0, 0, 0, 0, 0, 0])
    #expect(target["cpsr"] == 0x3c9)
  }

  @Test func whatIsWrittenIntoTheContextIsTheExit() throws {
    try session.assign("hv:0x40404000 + 0x118 = 0x5a000005")
    // Where it goes is looked up first.
    #expect(target.takeTrace().last == "M 0x40404118=0500005a00000000")
    // What was read before may not be so any more: the next look reads it again.
    #expect(session.exit == nil)
    let exit = try session.exits.require()
    #expect(exit.reason == .hypercall(immediate: 5, function: 0x900_0000))
    #expect(session.exit == exit)
  }

  /// An address of one space leads to one of another by the tables. The guest's stage 1 is off.
  @Test(
    arguments: [
      ("pa:(ipa:0x40400ffe)", 0x4300_1ffe, .physical),
      ("pa:(guest:0x40401008)", 0x4300_0008, .physical),
      ("ipa:(guest:0x40401008) + 8", 0x4040_1010, .intermediatePhysical),
      ("pa:$sp", FixtureImages.guestOffset + 0x402e_0000, .physical),
      ("pa:(hv:vmexit_trampoline)", FixtureImages.trampoline, .physical),
    ] as [(String, UInt64, AddressSpace)])
  func anAddressOfAnotherSpaceIsTranslated(
    text: String, address: UInt64, space: AddressSpace
  ) throws {
    target["SP_EL1"] = 0x402e_0000
    _ = target.takeTrace()
    let value = try session.value(of: text)
    #expect(value.bits == address)
    #expect(value.addressSpace == space)
    #expect(!target.takeTrace().contains { $0.hasPrefix("P ") || $0.hasPrefix("M ") })
  }

  @Test func anAddressThatLeadsNowhereIsNot() throws {
    #expect(
      throws: DebugError.unmapped(
        .guest, 0x5000_0000, "stage 2 ends at an invalid descriptor of level 2")
    ) { try session.value(of: "pa:(guest:0x50000000)") }
    // No table leads back.
    for text in ["guest:(pa:0x41000000)", "hv:(ipa:0x40000000)", "hv:$pc", "ipa:(hv:$hv.pc)"] {
      #expect(throws: ExpressionError.self, "\(text)") { try session.value(of: text) }
    }
  }

  @Test func whatIsNoPlaceIsNotAssigned() throws {
    #expect(throws: ExpressionError(.notAssignable, column: 1)) { try session.assign("5 = 6") }
    #expect(throws: ExpressionError.self) { try session.assign("$x0") }
    #expect(throws: DebugError.self) {
      try session.assign("*0x10 = 1")
    }
    #expect(target["cpsr"] == 0x3c9)
  }
}
