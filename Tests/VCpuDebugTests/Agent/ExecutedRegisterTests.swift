import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// System registers that the CPU reads and writes for the debugger.
@Suite struct ExecutedRegisterTests {
  private func value(_ text: String, _ fixture: AgentFixture) throws -> UInt64 {
    try fixture.session.value(of: text).bits
  }

  /// Expects that only the named registers differ after `body`.
  private func expectKept(
    _ fixture: AgentFixture, but changed: Set<String> = [],
    location: Testing.SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) throws {
    let (before, code) = (fixture.state, fixture.code(at: fixture.target["pc"]))
    try body()
    let after = fixture.state
    for (name, value) in before where !changed.contains(name) {
      #expect(after[name] == value, "\(name)", sourceLocation: location)
    }
    #expect(fixture.code(at: fixture.target["pc"]) == code, sourceLocation: location)
  }

  @Test("a register that the stub does not show is read in four round trips")
  func read() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture["ICH_HCR_EL2"] = 0x1c01
    // What is found out once per target is already known.
    _ = try value("$ich_vtr_el2", fixture)
    _ = fixture.target.takeTrace()
    try expectKept(fixture) {
      let value = try value("$ich_hcr_el2", fixture)
      #expect(value == 0x1c01)
    }
    #expect(
      fixture.target.takeTrace() == [
        "m 0x40201000+4 | p ESR_EL2 | p ELR_EL2 | p SPSR_EL2 | p FAR_EL2 | p HCR_EL2",
        "M 0x40201000=00cb3cd5 | m 0x40201000+4",
        "s",
        "p x0 | p pc | p cpsr | p ESR_EL2 | P cpsr=0x3c9 | M 0x40201000=1f2003d5 | P x0=0x0 "
          + "| P pc=0x40201000 | P sp=0x40404000",
      ])
  }

  @Test("several are read in a row at one place")
  func row() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture["ICH_HCR_EL2"] = 1
    fixture["ICH_VTR_EL2"] = 3
    let registers = ["ich_hcr_el2", "ich_vtr_el2", "ich_lr0_el2", "esr_el2", "tpidr_el1"]
      .compactMap { SystemRegister(named: $0) }
    try expectKept(fixture) {
      let answers = try fixture.session.registers.system.answers(for: registers)
      #expect(
        answers == [
          .value(1, from: .executed), .value(3, from: .executed),
          .unavailable("UNDEFINED on this CPU"),
          .value(FakeExit.mmioWrite.esr, from: .stub), .value(0, from: .executed),
        ])
    }
    #expect(fixture.target.takeTrace().filter { $0.contains("M 0x40201000=1f2003d5") }.count == 2)
  }

  @Test("after a trap the syndrome is the one from before, with E2H too", arguments: [false, true])
  func trap(_ isHost: Bool) throws {
    let fixture = try AgentFixture(at: .mmioRead, isHost: isHost)
    try expectKept(fixture) {
      let error = #expect(throws: DebugError.self) { try value("$ich_lr0_el2", fixture) }
      #expect(
        error?.description == "cannot read $ich_lr0_el2: UNDEFINED on this CPU")
    }
  }

  @Test("where the stub doesn't show the syndrome, a row with traps has the one from before")
  func syndromeInARow() throws {
    var model = FakeTarget.Model.machine
    let hidden = ["ESR_EL2", "ELR_EL2", "SPSR_EL2", "FAR_EL2"]
    model.registers.removeAll { hidden.contains($0.name) }
    let target = FakeTarget(model)
    target.executesInstructions = true
    target.stand(at: 0x4020_1000, level: 2)
    target["VBAR_EL2"] = 0x4020_0000
    target["SCTLR_EL2"] = 0
    let registers = (["ich_lr0_el2"] + hidden).compactMap { SystemRegister(named: $0) }
    for (index, register) in registers.dropFirst().enumerated() {
      target.cpu.systemRegisters[AgentFixture.thread, default: [:]][register] =
        0x100 + UInt64(index)
    }
    let session = try HypervisorSession(target: target)
    #expect(
      try session.registers.system.answers(for: registers) == [
        .unavailable("the access causes an exception"), .value(0x100, from: .executed),
        .value(0x101, from: .executed), .value(0x102, from: .executed),
        .value(0x103, from: .executed),
      ])
  }

  @Test("a different trap is named")
  func namedTrap() throws {
    let fixture = try AgentFixture(at: .mmioRead)
    fixture.target.cpu.traps[SystemRegister(named: "fpcr")!] = 0x1fe0_0000
    try expectKept(fixture) {
      let error = #expect(throws: DebugError.self) { try value("$fpcr", fixture) }
      #expect(error?.description.hasPrefix("cannot read $fpcr: the access is trapped: ") == true)
    }
  }

  @Test("a name means a register, whatever an instruction of that name accesses with E2H")
  func redirection() throws {
    for isHost in [false, true] {
      let fixture = try AgentFixture(at: .mmioRead, isHost: isHost)
      let before = fixture["VBAR_EL2"]
      fixture["VBAR_EL1"] = 0x1000
      try expectKept(fixture, but: ["vbar"]) {
        let value = try value("$vbar_el1", fixture)
        #expect(value == 0x1000)
        let note = try fixture.session.assign("$vbar_el1 = 0x2000").note
        #expect(note == nil)
        #expect(fixture["VBAR_EL1"] == 0x2000)
      }
      #expect(fixture["VBAR_EL2"] == before)
      if isHost {
        #expect(try value("$vbar_el12", fixture) == 0x2000)
        #expect(try fixture.session.assign("$vbar_el12 = 0x3000").note == nil)
        #expect(fixture["VBAR_EL1"] == 0x3000)
      } else {
        let error = #expect(throws: DebugError.self) { try value("$vbar_el12", fixture) }
        #expect(
          error?.description
            == "cannot read $vbar_el12: UNDEFINED on this CPU while HCR_EL2.E2H is 0")
        #expect(throws: DebugError.self) { try fixture.session.assign("$vbar_el12 = 1") }
      }
    }
  }

  @Test("what lives in the CPU is written there: the syndrome at a vector, by a field too")
  func syndromeAtAVector() throws {
    let fixture = try AgentFixture(at: .mmioWrite, .vectors)
    try expectKept(fixture, but: ["esr_el2", "elr_el2", "spsr_el2", "sp_el0"]) {
      try fixture.session.assign("$esr_el2.ec = 0x16")
      try fixture.session.assign("$guest.pc = 0x40201234")
      try fixture.session.assign("$guest.cpsr = 0x3c4")
      try fixture.session.assign("$sp_el0 = 0x777")
    }
    #expect(fixture["ESR_EL2"] >> 26 == 0x16)
    #expect(fixture["ELR_EL2"] == 0x4020_1234)
    #expect(fixture["SPSR_EL2"] == 0x3c4)
    #expect(fixture["SP_EL0"] == 0x777)
    #expect(try fixture.session.exits.require().pc == 0x4020_1234)
  }

  @Test("a value that was not accepted is reported, and what cannot be written is refused")
  func writes() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    let tpidr = SystemRegister(named: "tpidr_el1")!
    fixture.target.cpu.writeMasks[tpidr] = 0x0000_ffff_ffff_fff7
    try expectKept(fixture, but: ["tpidr_el1"]) {
      var note = try fixture.session.assign("$tpidr_el1 = -1").note
      #expect(
        note
          == "$tpidr_el1 is 0xfffffffffff7: bits 63:48 and 3 did not accept the written value")
      note = try fixture.session.assign("$tpidr_el1 = 0x10").note
      #expect(note == nil)
    }
    func refusal(_ text: String) -> String? {
      let error = #expect(throws: DebugError.self) { try fixture.session.assign(text) }
      return error?.description
    }
    try expectKept(fixture) {
      #expect(
        refusal("$ich_vtr_el2 = 1") == "cannot set $ich_vtr_el2: read-only on this CPU")
      #expect(refusal("$ich_lr0_el2 = 1") == "cannot set $ich_lr0_el2: UNDEFINED on this CPU")
      #expect(refusal("$elr_el3 = 1") == "cannot set $elr_el3: only EL3 can access it")
      let ground = refusal("$ttbr0_el2 = 0x1000") ?? ""
      #expect(ground.hasPrefix("cannot set $ttbr0_el2: it may break EL2's own execution"))
      #expect(refusal("$hv.currentel = 0") == "cannot set $hv.currentel: it is read-only")
    }
  }

  @Test(
    "what may break EL2's own execution is written when it is forced, and the place is restored")
  func force() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target.cpu.translation = { name, address in
      #expect(name.name?.description == "AT S1E2R")
      return address & ~0xfff
    }
    fixture["PAR_EL1"] = 0x1234
    try expectKept(fixture, but: ["ttbr0_el2"]) {
      let note = try fixture.session.assign("$ttbr0_el2 = 0x1000", isForced: true).note
      #expect(note == nil)
    }
    #expect(fixture["TTBR0_EL2"] == 0x1000)
    // The same value breaks nothing.
    #expect(try fixture.session.assign("$ttbr0_el2 = 0x1000").note == nil)
    // Nor do bits that no address depends on.
    fixture["SCTLR_EL2"] = 0x30c5_1835
    #expect(try fixture.session.assign("$sctlr_el2 = 0x30c51831").note == nil)
    #expect(throws: DebugError.self) { try fixture.session.assign("$sctlr_el2 = 0x30c51834") }
  }

  @Test("views of PSTATE use the right PSTATE")
  func views() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target["cpsr"] = 0x6000_0309
    try fixture.session.refresh()
    #expect(try value("$hv.nzcv", fixture) == 0x6000_0000)
    #expect(try value("$hv.daif", fixture) == 0x300)
    #expect(try value("$hv.currentel", fixture) == 8)
    #expect(try value("$hv.spsel", fixture) == 1)
    #expect(try value("$guest.daif", fixture) == 0x3c0)
    #expect(try value("$guest.currentel", fixture) == 4)
    // Interrupts are masked only for the instruction.
    try expectKept(fixture) { _ = try value("$ich_hcr_el2", fixture) }
    try fixture.session.assign("$hv.daif = 0x3c0")
    #expect(fixture.target["cpsr"] == 0x6000_03c9)
    try fixture.session.assign("$guest.nzcv = 0x30000000")
    #expect(try fixture.session.exits.require().pstate.rawValue == 0x3000_03c5)
    #expect(
      try fixture.session.assign("$hv.nzcv = 0x60000001").note
        == "$hv.nzcv is 0x60000000: bit 0 did not accept the written value")
    for text in ["$hv.currentel = 0", "$hv.spsel = 0", "$hv.tco = 0x2000000"] {
      let error = #expect(throws: DebugError.self) { try fixture.session.assign(text) }
      #expect(error?.description.hasPrefix("cannot") == true)
    }
    #expect(fixture.target["cpsr"] == 0x6000_03c9)
  }

  @Test("with E2H the virtual count is not the guest's, and is refused")
  func virtualCount() throws {
    let fixture = try AgentFixture(at: .mmioWrite, isHost: true)
    let count = SystemRegister(named: "cntvct_el0")!
    fixture.target.cpu.systemRegisters[AgentFixture.thread]?[count] = 77
    let error = #expect(throws: DebugError.self) { try value("$cntvct_el0", fixture) }
    #expect(error?.description.contains("$cntpct_el0 - $cntvoff_el2") == true)
    let other = try AgentFixture(at: .mmioWrite)
    other.target.cpu.systemRegisters[AgentFixture.thread]?[count] = 77
    #expect(try value("$cntvct_el0", other) == 77)
  }

  @Test("a guest's address is not translated while a host has the CPU")
  func translationOfAHost() throws {
    let fixture = try AgentFixture(at: .mmioWrite, isHost: true)
    fixture["HCR_EL2"] |= 1 << 27
    for space: AddressSpace in [.guest, .intermediatePhysical] {
      let error = #expect(throws: DebugError.self) {
        try fixture.session.agent.translation(of: 0x4000_0000, in: space)
      }
      #expect(error?.description.contains("HCR_EL2.TGE is 1") == true)
    }
  }

  @Test("the stack pointer in use has no name for the CPU")
  func stackPointers() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    #expect(try value("$sp_el2", fixture) == fixture.target["sp"])
    try fixture.session.assign("$sp_el2 = 0x40409000")
    #expect(fixture.target["sp"] == 0x4040_9000)
  }

  @Test("a field is read and written where its register lives")
  func fields() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture["ICH_HCR_EL2"] = 0x1c00
    try fixture.session.assign("$ich_hcr_el2.en = 1")
    #expect(fixture["ICH_HCR_EL2"] == 0x1c01)
    #expect(try value("$ich_hcr_el2.tall1", fixture) == 1)
  }
}
