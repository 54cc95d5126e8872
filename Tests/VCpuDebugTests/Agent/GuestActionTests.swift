import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// `skip`, `complete` and `inject`, with the guest's registers in our record, and in the CPU.
@Suite struct GuestActionTests {
  private static let ways: [ExitWay] = [.context, .vectors]

  /// Expects the guest to be entered: at EL1, where it continues, with its registers unchanged except the given
  /// ones.
  private func expectEntered(
    _ fixture: AgentFixture, _ exit: FakeExit, at pc: UInt64, pstate: UInt64 = 0x3c5,
    _ registers: [Int: UInt64] = [:], location: Testing.SourceLocation = #_sourceLocation
  ) {
    let target = fixture.target
    #expect(target["pc"] == pc, sourceLocation: location)
    #expect(target["cpsr"] == pstate, sourceLocation: location)
    for number in 0..<31 {
      let expected = registers[number] ?? exit.x[number] ?? 0
      #expect(target["x\(number)"] == expected, "x\(number)", sourceLocation: location)
    }
    #expect(fixture["SP_EL0"] == exit.spEL0, sourceLocation: location)
    #expect(fixture.session.exit == nil, sourceLocation: location)
    #expect(fixture.session.access.owedGround == nil, sourceLocation: location)
  }

  @Test("skip continues after the instruction; at HVC the PC is already there", arguments: ways)
  func skip(_ way: ExitWay) throws {
    for exit in [FakeExit.mmioWrite, .hypercall] {
      let fixture = try AgentFixture(at: exit, way)
      let sp = fixture.target["sp"]
      let resumption = try fixture.session.perform(.skip)
      let pc = exit.pc + (exit.esr >> 26 == 0x16 ? 0 : 4)
      expectEntered(fixture, exit, at: pc)
      #expect(resumption.pc == pc)
      // SP is EL1's now; EL2's is as the vectors expect it.
      let wanted = way == .context ? FakeTarget.context + 272 : sp
      #expect(fixture["SP_EL2"] == wanted)
    }
  }

  @Test("a completed load has the width, sign and register of the instruction", arguments: ways)
  func completeLoad(_ way: ExitWay) throws {
    // ldrsb x3.
    let fixture = try AgentFixture(at: .mmioRead, way)
    let resumption = try fixture.session.perform(.complete([0x1180]))
    expectEntered(
      fixture, .mmioRead, at: FakeExit.mmioRead.pc + 4, [3: 0xffff_ffff_ffff_ff80])
    #expect(
      resumption.changes.map(\.part) == [.gpr(3), .pc])
  }

  @Test("a call gets its result in x0", arguments: ways)
  func completeCall(_ way: ExitWay) throws {
    let fixture = try AgentFixture(at: .hypercall, way)
    _ = try fixture.session.perform(.complete([0x1234]))
    expectEntered(fixture, .hypercall, at: FakeExit.hypercall.pc, [0: 0x1234])
  }

  @Test("BTYPE and SS of the guest are clear after a step", arguments: ways)
  func pstate(_ way: ExitWay) throws {
    let exit = FakeExit.mmioWrite.with { $0.pstate = 0x6020_0cc5 }
    let fixture = try AgentFixture(at: exit, way)
    _ = try fixture.session.perform(.skip)
    expectEntered(fixture, exit, at: exit.pc + 4, pstate: 0x6000_00c5)
  }

  @Test("an undefined HVC is taken at the HVC itself", arguments: ways, [false, true])
  func injectUndefined(_ way: ExitWay, _ isHost: Bool) throws {
    let fixture = try AgentFixture(at: .hypercall, way, isHost: isHost)
    _ = try fixture.session.perform(.inject(.undefined))
    expectEntered(fixture, .hypercall, at: AgentFixture.guestVectors + 0x200)
    #expect(fixture["ESR_EL1"] == 0x200_0000)
    #expect(fixture["ELR_EL1"] == FakeExit.hypercall.pc - 4)
    #expect(fixture["SPSR_EL1"] == 0x3c5)
  }

  @Test("an abort has the address of the exit, or the one that is given", arguments: ways)
  func injectAbort(_ way: ExitWay) throws {
    for address: UInt64? in [nil, 0xdead_0000] {
      let fixture = try AgentFixture(at: .mmioWrite, way)
      _ = try fixture.session.perform(.inject(.dataAbort(address)))
      #expect(fixture["FAR_EL1"] == address ?? FakeExit.mmioWrite.far)
      // A data abort from EL1 itself, IL, WnR, external.
      #expect(fixture["ESR_EL1"] == 0x9600_0050)
      let other = try AgentFixture(at: .hypercall, way)
      _ = try other.session.perform(.inject(.instructionAbort(address)))
      #expect(other["FAR_EL1"] == address ?? FakeExit.hypercall.pc)
      #expect(other["ESR_EL1"] == 0x8600_0010)
    }
    // Without its own address an abort has FnV.
    let fixture = try AgentFixture(at: .hypercall, way)
    _ = try fixture.session.perform(.inject(.dataAbort(nil)))
    #expect(fixture["ESR_EL1"] == 0x9600_0410)
    #expect(fixture["FAR_EL1"] == 0)
  }

  @Test("an interrupt with a number goes into a free list register", arguments: ways)
  func injectNumber(_ way: ExitWay) throws {
    let fixture = try AgentFixture(at: .hypercall, way)
    let registers = fixture.target.cpu.systemRegisters[AgentFixture.thread] ?? [:]
    #expect(!registers.isEmpty)
    fixture["ICH_HCR_EL2"] = 1
    fixture["ICH_VTR_EL2"] = 1
    fixture["ICH_VMCR_EL2"] = 0xf000_0002
    fixture["ICH_ELRSR_EL2"] = 2
    for name in ["ICH_LR0_EL2", "ICH_LR1_EL2"] {
      fixture.target.cpu.systemRegisters[AgentFixture.thread]?[SystemRegister(named: name)!] = 0
    }
    fixture["ICH_LR0_EL2"] = 0x5000_0000_0000_001e
    _ = try fixture.session.perform(.inject(.irq(27)))
    expectEntered(fixture, .hypercall, at: FakeExit.hypercall.pc)
    #expect(fixture["ICH_LR1_EL2"] == 0x50a0_0000_0000_001b)
    #expect(fixture["ICH_LR0_EL2"] == 0x5000_0000_0000_001e)
  }

  @Test("a virtual SError is pending", arguments: ways)
  func injectSError(_ way: ExitWay) throws {
    let fixture = try AgentFixture(at: .hypercall, way)
    fixture["HCR_EL2"] |= 1 << 5
    _ = try fixture.session.perform(.inject(.serror(0)))
    expectEntered(fixture, .hypercall, at: FakeExit.hypercall.pc)
    #expect(fixture["HCR_EL2"] & 1 << 8 != 0)
  }

  @Test(
    "an interrupt that the guest does not mask is taken at once, and is not pending",
    arguments: ways)
  func injectUnmasked(_ way: ExitWay) throws {
    let kinds: [(injection: GuestInjection, mask: UInt64, offset: UInt64)] = [
      (.irq(nil), 1 << 7, 0x280), (.fiq, 1 << 6, 0x300), (.serror(0), 1 << 8, 0x380),
    ]
    for (injection, mask, offset) in kinds {
      let exit = FakeExit.hypercall.with { $0.pstate = 0x8000_03c5 & ~mask }
      let fixture = try AgentFixture(at: exit, way)
      fixture["HCR_EL2"] |= 7 << 3
      let hcr = fixture["HCR_EL2"]
      let resumption = try fixture.session.perform(.inject(injection))
      expectEntered(
        fixture, exit, at: AgentFixture.guestVectors + offset, pstate: 0x8000_03c5)
      #expect(fixture["ELR_EL1"] == exit.pc && fixture["SPSR_EL1"] == exit.pstate)
      #expect(fixture["HCR_EL2"] == hcr)
      #expect(!resumption.isPending && resumption.warnings.isEmpty)
    }
  }

  @Test("an interrupt that the guest masks is pending, which is reported", arguments: ways)
  func injectMasked(_ way: ExitWay) throws {
    let fixture = try AgentFixture(at: .hypercall, way)
    fixture["HCR_EL2"] |= 7 << 3
    let resumption = try fixture.session.perform(.inject(.irq(nil)))
    expectEntered(fixture, .hypercall, at: FakeExit.hypercall.pc)
    #expect(fixture["HCR_EL2"] & 1 << 7 != 0)
    #expect(resumption.isPending)
    #expect(resumption.warnings.first?.hasPrefix("the guest masks it") == true)
  }

  @Test("at an entry only an injection works")
  func atAnEntry() throws {
    let fixture = try AgentFixture(at: .hypercall)
    _ = try fixture.session.points.addCatchpoint(.entry)
    fixture.target.script = []
    fixture.target.stand(at: FakeExit.hypercall)
    fixture.target.stand(at: FixtureImages.entry, level: 2)
    fixture.target["x0"] = FakeTarget.context
    try fixture.session.refresh()
    #expect(fixture.session.exit?.moment == .entering)
    let error = #expect(throws: DebugError.self) { try fixture.session.perform(.skip) }
    #expect(error == .refused(.isAnswered))
    _ = try fixture.session.perform(.inject(.undefined))
    expectEntered(fixture, .hypercall, at: AgentFixture.guestVectors + 0x200)
  }

  // MARK: Refusals

  private func refusal(
    _ action: GuestAction, at exit: FakeExit, _ prepare: (AgentFixture) -> Void = { _ in }
  ) throws -> String? {
    let fixture = try AgentFixture(at: exit, .vectors)
    prepare(fixture)
    try fixture.session.refresh()
    let before = fixture.state
    let error = #expect(throws: DebugError.self) { try fixture.session.perform(action) }
    #expect(fixture.state == before)
    return error?.description
  }

  @Test func refusals() throws {
    #expect(
      try refusal(.skip, at: .irq)
        == "nothing was done: an exit by irq has no instruction: only 'inject' works here")
    #expect(try refusal(.complete([1]), at: .irq)?.contains("has no instruction") == true)
    #expect(
      try refusal(.complete([1]), at: .mmioWrite)
        == "nothing was done: the instruction of mmio-write loads nothing, so it takes no value")
    #expect(
      try refusal(.complete([1, 2]), at: .mmioRead)
        == "nothing was done: the instruction loads 1 register: give at most as many values")
    #expect(
      try refusal(.inject(.irq(nil)), at: .hypercall) { $0["HCR_EL2"] &= ~(1 << 4) }
        == "nothing was done: the guest gets the physical interrupts of that kind (HCR_EL2.IMO is 0), "
        + "so it can't get a virtual one")
    #expect(
      try refusal(.inject(.irq(27)), at: .hypercall)?.contains("ICH_HCR_EL2.En is 0") == true)
    #expect(
      try refusal(.inject(.undefined), at: .hypercall) { $0["HCR_EL2"] &= ~(1 << 31) }?
        .contains("HCR_EL2.RW is 0") == true)
    #expect(
      try refusal(.inject(.irq(nil)), at: .hypercall) {
        $0["HCR_EL2"] = $0["HCR_EL2"] & ~(1 << 19) | 1 << 29
      }?.contains("HCD is 1 and TSC is 0") == true)
    #expect(
      try refusal(.skip, at: .hypercall) {
        for page in stride(from: UInt64(0x4020_0000), to: 0x4020_8000, by: 4096) {
          guard let code = $0.target.memory.read(page, byteCount: 4096, .physical) else { continue }
          let other = code.enumerated().map {
            $0.offset % 4 == 3 && $0.element == 0xd6 ? 0 : $0.element
          }
          _ = $0.target.memory.write(other, at: page, .physical)
        }
      }?.contains("no plain 'eret'") == true)
  }

  @Test("there is a warning about a power call that the hypervisor does not see")
  func warning() throws {
    let exit = FakeExit.psciCPUOn
    let fixture = try AgentFixture(at: exit, .vectors)
    #expect(try fixture.session.perform(.complete([0])).warnings.count == 1)
    let version = try AgentFixture(at: .psciVersion, .vectors)
    #expect(try version.session.perform(.complete([0])).warnings == [])
  }

  @Test("a PSTATE with which no guest can be entered is refused", arguments: [0x3c9, 0x3cd, 0x3c3])
  func illegalState(_ pstate: UInt64) throws {
    #expect(
      try refusal(.skip, at: .hypercall.with { $0.pstate = pstate })?.hasSuffix(
        "isn't one that it can be entered with") == true)
  }

  @Test("what is already pending is not raised again")
  func pendingAlready() throws {
    let text = try refusal(.inject(.irq(nil)), at: .hypercall) { $0["HCR_EL2"] |= 1 << 7 }
    #expect(text == "nothing was done: one is already pending (HCR_EL2.VI is 1)")
  }

  @Test("after a step, an illegal state or a misaligned PC there is nothing to skip")
  func nothingToSkip() throws {
    for exceptionClass: UInt64 in [0x32, 0x0e, 0x22] {
      let exit = FakeExit.hypercall.with { $0.esr = exceptionClass << 26 | 1 << 25 }
      #expect(try refusal(.skip, at: exit)?.contains("has no instruction") == true)
    }
  }

  @Test("if something fails nothing is done, and an unknown register is not treated as 0")
  func unknownRegister() throws {
    let fixture = try AgentFixture(at: .hypercall, .vectors)
    fixture.target.failNext("p VBAR")
    fixture.target.cpu.traps[SystemRegister(named: "vbar_el1")!] = 0x200_0000
    let error = #expect(throws: DebugError.self) {
      try fixture.session.perform(.inject(.undefined))
    }
    #expect(error == .cannotExecute(.unknownState))
  }

  @Test("a breakpoint where the guest continues is reported at the next run")
  func breakpointAtTheEntry() throws {
    let fixture = try AgentFixture(at: .mmioWrite, .vectors)
    let pc = FakeExit.mmioWrite.pc + 4
    let breakpoint = try fixture.session.points.add("*guest:\(pc)")
    // The target has it already when the guest is entered.
    fixture.target.executesInstructions = false
    fixture.target.script = [
      .at(FixtureImages.vectors + 0x404, level: 2), .vector(.mmioWrite),
    ]
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    try fixture.session.resume()
    while try fixture.session.poll() == nil {}
    fixture.target.executesInstructions = true
    fixture.target.script = []
    _ = try fixture.session.perform(.skip)
    _ = fixture.target.takeTrace()
    fixture.target.executesInstructions = false
    fixture.target.script = [.at(pc, level: 1)]
    try fixture.session.resume()
    let event = try fixture.session.poll()
    #expect(SessionFixture.numbers(event) == [breakpoint.number])
    // No step off it.
    #expect(!fixture.target.takeTrace().contains("s"))
  }
}
