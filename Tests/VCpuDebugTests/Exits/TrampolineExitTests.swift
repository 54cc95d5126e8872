import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Exits of a hypervisor with arm_vcpu's contract.
@Suite struct TrampolineExitTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  private static let registers = [
    "ESR_EL2", "FAR_EL2", "HPFAR_EL2", "ELR_EL2", "SPSR_EL2", "VTTBR_EL2", "VMPIDR_EL2", "SP_EL1",
  ].map { "p \($0)" }

  init() throws {
    fixture = try SessionFixture(.armVCpu(), symbols: ArmVCpuImage.file.get())
  }

  private func catchAll() throws { _ = try session.points.addCatchpoint(.exit([.any])) }

  /// The bytes that follow the frame.
  private var beyond: [UInt8]? {
    target.memory.read(FakeTarget.frame + 272, byteCount: 3824, .physical)
  }

  /// Fails for an access of memory at the frame that goes past its 272 bytes.
  private func expectNothingBeyondTheFrame(_ trace: [String]) {
    for request in trace.flatMap({ $0.components(separatedBy: " | ") }) {
      let words = request.split { " +=".contains($0) }
      guard ["m", "M"].contains(words[0]), let address = UInt64(words[1].dropFirst(2), radix: 16),
        (FakeTarget.frame..<FakeTarget.frame + 4096).contains(address)
      else { continue }
      let count = words[0] == "m" ? UInt64(words[2])! : UInt64(words[2].utf8.count / 2)
      #expect(address + count <= FakeTarget.frame + 272, "\(request)")
    }
  }

  @Test func theCodeIsTheReason() {
    #expect(session.exits.way == .trampoline)
    #expect(
      session.exits.reason
        == "the vectors save 272 bytes at SP and continue at vmexit_trampoline, hv:0x40201000, as arm_vcpu's do"
    )
    #expect(session.exits.notes.isEmpty)
  }

  // MARK: Catching

  @Test func anExitIsItsFrameAndTheRegistersOfTheCPU() throws {
    try catchAll()
    _ = target.takeTrace()
    #expect(SessionFixture.numbers(try fixture.resume(.frame(.mmioWrite))) == [1])
    let exit = try #require(session.exit)
    #expect(exit.way == .trampoline)
    #expect(exit.reason.exitClass == .mmioWrite)
    #expect(exit.reason.intermediateAddress == IntermediatePhysicalAddress(0x900_0000))
    #expect(exit.gpr(30) == 0x4020_0004)
    #expect(exit.pc == FakeExit.mmioWrite.pc)
    #expect(exit.storage == .frame(at: FakeTarget.frame))
    // Its numbers are not those of what follows the frame.
    #expect(exit.count == .seen(1))
    #expect(exit.times == nil)
    #expect(exit.origin == ExitOrigin(vttbr: FakeMemory.stage2Root, vmpidr: 1 << 31))
    #expect(
      target.takeTrace().suffix(3) == [
        "g", "m 0x40404000+272", Self.registers.joined(separator: " | "),
      ])
    // The next one at the same place is one round trip, after a step: the trampoline does not begin with a hint.
    #expect(
      SessionFixture.numbers(try fixture.resume(.at(0x4020_1004, level: 2), .frame(.wfi))) == [1])
    #expect(session.exit?.count == .seen(2))
    let whole = (["g", "m 0x40404000+272"] + Self.registers).joined(separator: " | ")
    let trace = fixture.accesses()
    #expect(
      trace.filter { !$0.hasPrefix("p ") || $0 == "p pc | c" } == [
        "m 0x40201000+4", "s", "p pc | c", whole,
      ])
    expectNothingBeyondTheFrame(trace)
    // What the instruction is, was read once.
    _ = try fixture.resume(.at(0x4020_1004, level: 2), .frame(.hypercall))
    #expect(
      fixture.accesses().filter { !$0.hasPrefix("p ") || $0 == "p pc | c" } == [
        "s", "p pc | c", whole,
      ])
  }

  @Test func theKindIsX0() throws {
    try catchAll()
    _ = try fixture.resume(.frame(.wfi))
    for (exit, kind) in [(FakeExit.irq, ExitClass.irq), (.fiq, .fiq), (.serror, .serror)] {
      _ = try fixture.resume(.at(0x4020_1004, level: 2), .frame(exit))
      #expect(session.exit?.reason.exitClass == kind)
    }
  }

  // MARK: Changing

  @Test func theGuestsRegistersAreSetInTheFrameAndNothingBeyondIt() throws {
    try catchAll()
    _ = try fixture.resume(.frame(.mmioWrite))
    let before = beyond
    _ = target.takeTrace()
    for number in 0..<31 { try session.assign("$x\(number) = \(number + 100)") }
    try session.assign("$sp_el0 = 131")
    try session.assign("$pc = $pc + 4")
    try session.assign("$pstate = 0x3c4")
    expectNothingBeyondTheFrame(target.takeTrace())
    let words = (0..<31).map { UInt64($0) + 100 } + [131, FakeExit.mmioWrite.pc + 4, 0x3c4]
    #expect(
      target.memory.read(FakeTarget.frame, byteCount: 272, .physical)
        == words.flatMap(littleEndian))
    #expect(beyond == before)
    #expect(try session.value(of: "$x7").bits == 107)
    #expect(try session.value(of: "$guest.pc").bits == FakeExit.mmioWrite.pc + 4)
  }

  /// Reading the stop again finds a frame whose PC isn't ELR_EL2: the user changed it, it isn't damaged.
  @Test func aFrameThatAPersonChangedIsLookedAtAgain() throws {
    try catchAll()
    _ = try fixture.resume(.frame(.mmioWrite))
    try session.assign("$pc = $pc + 4")
    try session.assign("$pstate = 0x3c4")
    try session.memory.write(.hypervisor, 0x4050_0000, [1])
    #expect(try session.exits.require().pc == FakeExit.mmioWrite.pc + 4)
    try session.refresh()
    let exit = try session.exits.require()
    #expect(exit.pstate.rawValue == 0x3c4)
    #expect(exit.count == .seen(1))
  }

  @Test(arguments: ["esr_el2", "far_el2", "hpfar_el2", "sp_el1"])
  func theSyndromeIsInTheCPUWhichWritesIt(name: String) throws {
    try catchAll()
    _ = try fixture.resume(.frame(.mmioWrite))
    try session.assign("$\(name) = 0x5a000000")
    #expect(fixture.target[name.uppercased()] == 0x5a00_0000)
    #expect(try session.value(of: "$\(name)").bits == 0x5a00_0000)
    let exit = try session.exits.require()
    #expect(exit.count == .seen(1))
    #expect(exit.reason.exitClass == (name == "esr_el2" ? .hvc : .mmioWrite))
  }

  // MARK: No frame

  @Test(
    arguments: [
      ("another PC", "ELR_EL2", 0x1234, "it has 0x40200010 where ELR_EL2 is 0x1234"),
      ("another PSTATE", "SPSR_EL2", 0x9, "it has 0x3c5 where SPSR_EL2 is 0x9"),
      ("no kind", "x0", 4, "x0 is 0x4, which isn't a trap kind"),
      ("a long kind", "x0", 0x100, "x0 is 0x100, which isn't a trap kind"),
      ("no memory", "sp", 0x1000, "there is no memory"),
    ] as [(String, String, UInt64, String)])
  func aFrameThatIsNotTheExits(name: String, register: String, value: UInt64, words: String) throws
  {
    try catchAll()
    let event = try fixture.resume(
      .stop {
        $0.stand(atFrame: .mmioWrite)
        $0[register] = value
      })
    guard case .unreadable(let reason) = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(reason.contains("no trap frame of arm_vcpu at 0x"))
    #expect(reason.contains(words))
    #expect(reason.contains("'set catch-way vectors' does without it"))
    #expect(session.exit == nil)
    let before = target.memory.read(FakeTarget.frame, byteCount: 4096, .physical)
    #expect(throws: DebugError.self) { try session.assign("$guest.x0 = 1") }
    #expect(target.memory.read(FakeTarget.frame, byteCount: 4096, .physical) == before)
    // And it goes on.
    let next = try fixture.resume(.at(0x4020_1004, level: 2), .frame(.wfi))
    #expect(SessionFixture.numbers(next) == [1])
  }

  // MARK: An exit lasts

  @Test func aStepLaterItIsACopyThatCannotBeSet() throws {
    try catchAll()
    _ = try fixture.resume(.frame(.mmioWrite))
    _ = try fixture.step(1, .at(0x4020_1004, level: 2))
    let exit = try session.exits.require()
    #expect(exit.isCopy)
    #expect(exit.moment == .handled)
    #expect(exit.reason.exitClass == .mmioWrite)
    let error = #expect(throws: DebugError.self) { try session.assign("$guest.x0 = 1") }
    #expect(error?.description.hasPrefix("cannot set $guest.x0: this was read") == true)
    #expect(try session.value(of: "$pc").bits == 0x4020_1004)
  }

  /// Between the vector and the trampoline the exit is saved; what was seen before is over.
  @Test func inAVectorTheExitIsBeingSaved() throws {
    try catchAll()
    _ = try fixture.resume(.frame(.mmioWrite))
    _ = try session.points.add("*hv:\(ArmVCpuImage.vectors + 0x400)")
    let event = try fixture.resume(
      .at(0x4020_1004, level: 2), .vector(.hypercall, table: ArmVCpuImage.vectors))
    #expect(event == .breakpoint([try #require(session.breakpoints[2])]))
    #expect(throws: DebugError.notAtExit(.isBeingSaved)) { try session.exits.require() }
    #expect(try session.registers.selectedWorld() == .hypervisor)
    // It is one exit, and counted where it is caught.
    let next = try fixture.resume(
      .at(ArmVCpuImage.vectors + 0x404, level: 2), .frame(.hypercall))
    #expect(SessionFixture.numbers(next) == [1])
    #expect(session.exit?.count == .seen(2))
    #expect(session.breakpoints[1]?.hitCount == 2)
  }

  // MARK: Not its code

  @Test func theELFOfAnotherBuildIsNotUsed() throws {
    let path = try ArmVCpuImage.otherFile.get()
    let other = try SessionFixture(.armVCpu(), symbols: path).session
    #expect(other.exits.way == .vectors)
    #expect(
      other.exits.notes == [
        "vmexit_trampoline is not used: the memory at hv:0x40201000 is not what \(path) has there"
      ])
  }

  @Test("while EL2's MMU is off the hypervisor is at its ELF file's load address, or not there yet")
  func beforeTheMMUIsOnThePlaceOfLoadingTells() throws {
    let path = try ArmVCpuImage.otherFile.get()
    let target = try FakeTarget.armVCpu()
    target["SCTLR_EL2"] = 0
    let loaded = try SessionFixture(target, symbols: path).session
    #expect(loaded.exits.way == .vectors)
    #expect(
      loaded.exits.notes == [
        "vmexit_trampoline is not used: the memory at pa:0x40201000 is not what \(path) has there"
      ])
    let empty = try FakeTarget.armVCpu()
    empty["SCTLR_EL2"] = 0
    _ = empty.memory.write([UInt8](repeating: 0, count: 16), at: 0x4020_1000, .physical)
    let later = try SessionFixture(empty, symbols: path).session
    #expect(later.exits.way == .trampoline)
  }

  @Test func vectorsThatSaveAnotherFrameAreNotArmVCpus() throws {
    let path = try ArmVCpuImage.otherFrameFile.get()
    let target = try FakeTarget.armVCpu()
    try target.load(path)
    let other = try SessionFixture(target, symbols: path).session
    #expect(other.exits.way == .vectors)
    #expect(other.exits.notes.count == 1)
    #expect(
      other.exits.notes.first?.contains("makes room for 288 bytes, not 272") == true,
      "\(other.exits.notes)")
  }
}
