import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ExitStorageTests {
  private static let parts =
    Exit.guestParts + [.esr, .far, .hpfar]

  @Test func ourContextHasAllButSP_EL1() {
    let storage = ExitStorage.context(at: 0x1000)
    let places = Self.parts.map { storage.place(of: $0) }
    var offsets = (0..<31).map { UInt64($0) * 8 } + [248]
    offsets += [256, 264, 280, 288, 296]
    #expect(
      places.filter { $0 != .cpu("SP_EL1") } == offsets.map { .memory(0x1000 + $0) })
    #expect(storage.place(of: .spEL1) == .cpu("SP_EL1"))
  }

  @Test func aFrameHasTheGuestsRegistersAndTheCPUTheSyndrome() {
    let storage = ExitStorage.frame(at: 0x1000)
    for (part, place) in [
      (.gpr(0), .memory(0x1000)), (.gpr(30), .memory(0x10f0)), (.spEL0, .memory(0x10f8)),
      (.pc, .memory(0x1100)), (.pstate, .memory(0x1108)), (.esr, .cpu("ESR_EL2")),
      (.far, .cpu("FAR_EL2")), (.hpfar, .cpu("HPFAR_EL2")), (.spEL1, .cpu("SP_EL1")),
    ] as [(ExitPart, ExitPlace)] {
      #expect(storage.place(of: part) == place)
    }
    // Nothing past the 272 bytes.
    for part in Self.parts {
      if case .memory(let address) = storage.place(of: part) { #expect(address < 0x1110) }
    }
  }

  @Test func atAVectorAllIsInTheCPU() {
    let names = Self.parts.map { ExitStorage.cpu.place(of: $0) }
    let system = [
      "SP_EL0", "SP_EL1", "ELR_EL2", "SPSR_EL2", "ESR_EL2", "FAR_EL2", "HPFAR_EL2",
    ]
    #expect(names == ((0..<31).map { "x\($0)" } + system).map { .cpu($0) })
  }

  @Test func aCopyIsNowhere() {
    for part in Self.parts {
      #expect(ExitStorage.seen(reason: "why").place(of: part) == .nowhere("why"))
    }
  }

  // MARK: Parts

  @Test(
    arguments: [
      ("x0", .gpr(0)), ("x30", .gpr(30)), ("lr", .gpr(30)), ("fp", .gpr(29)), ("pc", .pc),
      ("elr_el2", .pc), ("cpsr", .pstate), ("pstate", .pstate), ("spsr_el2", .pstate),
      ("sp_el0", .spEL0), ("sp_el1", .spEL1), ("esr_el2", .esr), ("far_el2", .far),
      ("hpfar_el2", .hpfar), ("x31", nil), ("w0", nil), ("sctlr_el1", nil), ("", nil),
    ] as [(String, ExitPart?)])
  func partsByName(name: String, part: ExitPart?) {
    #expect(ExitPart(named: name, pstate: SPSR_EL2(rawValue: 0x3c5)) == part)
  }

  /// EL0t and EL1t use SP_EL0, EL1h SP_EL1.
  @Test(arguments: [(0x3c0, .spEL0), (0x3c4, .spEL0), (0x3c5, .spEL1)] as [(UInt64, ExitPart)])
  func theStackPointerInUse(pstate: UInt64, part: ExitPart) {
    #expect(ExitPart(named: "sp", pstate: SPSR_EL2(rawValue: pstate)) == part)
  }

  @Test func partsAreReadAndUpdated() {
    var exit = Exit.sample(.mmioWrite, spEL1: 9)
    for (index, part) in Self.parts.enumerated() {
      let value = UInt64(index) + 1000
      exit.update(part, to: value)
      #expect(exit.value(of: part) == value, "\(part)")
    }
    #expect(Exit.sample(.mmioWrite).value(of: .spEL1) == nil)
  }

  // MARK: What belongs to an exit

  @Test(arguments: FakeExit.all.map(\.name))
  func whichRegistersBelong(name: String) throws {
    let fake = try #require(FakeExit.all.first { $0.name == name }).exit
    let exit = Exit.sample(fake)
    #expect(exit.hasSyndrome == (fake.kind == 0 || fake.kind == 3))
    let aborts: Set<UInt8> = [0x20, 0x22, 0x24, 0x34]
    #expect(
      exit.hasFaultAddress
        == (fake.kind == 0 && aborts.contains(UInt8(truncatingIfNeeded: fake.esr >> 26))))
  }

  @Test(arguments: [
    NoExit.none, .guestRuns, .neverEntered, .isBeingSaved, .isBeingEntered, .notSeen,
    .notSeenBeforeEntry, .unwatched,
  ])
  func eachReasonForNoExitIsASentenceWithoutItsFullStop(reason: NoExit) {
    let text = DebugError.notAtExit(reason).description
    #expect(text == reason.description)
    #expect(text.first?.isLowercase == true)
    #expect(!text.hasSuffix("."))
    #expect(text.count > 40)
  }
}
