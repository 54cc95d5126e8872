import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// QEMU 7.2 occasionally reports a step that executed nothing: then the instruction is executed again.
@Suite struct IdleStepTests {
  private func fixture(_ sequence: ExecutionLossTests.Sequence) throws -> AgentFixture {
    let fixture = try AgentFixture(at: sequence.exit, sequence.way)
    fixture.target.cpu.translation = { _, address in address & ~0xfff }
    fixture["PAR_EL1"] = 0x1234
    fixture["ICH_HCR_EL2"] = 0x1c01
    return fixture
  }

  @Test("each sequence has the same result, whichever of its steps are idle")
  func eachStep() throws {
    for sequence in ExecutionLossTests.sequences {
      let plain = try fixture(sequence)
      try sequence.body(plain.session)
      // One at each place, and several in a row.
      let limit = InstructionExecutor.idleStepLimit
      for steps in (0..<10).map({ [$0] }) + [Array(0..<limit - 1)] {
        let fixture = try fixture(sequence)
        fixture.target.makeIdle(steps: Set(steps))
        try sequence.body(fixture.session)
        let comment: Comment = "\(sequence.testDescription), steps \(steps)"
        #expect(fixture.state == plain.state, comment)
        #expect(fixture.session.access.owedGround == nil, comment)
      }
    }
  }

  @Test("the values read are the CPU's, and an idle step is not taken for a trap")
  func reads() throws {
    let registers = ["ich_hcr_el2", "ich_lr0_el2", "ich_vtr_el2"]
      .compactMap { SystemRegister(named: $0) }
    for step in 0..<4 {
      let fixture = try AgentFixture(at: .mmioWrite)
      fixture["ICH_HCR_EL2"] = 0x1c01
      fixture["ICH_VTR_EL2"] = 3
      fixture.target.makeIdle(steps: [step])
      #expect(
        try fixture.session.registers.system.answers(for: registers) == [
          .value(0x1c01, from: .executed), .unavailable("UNDEFINED on this CPU"),
          .value(3, from: .executed),
        ])
    }
  }

  @Test("an exception whose vector is where the CPU is is still a trap")
  func trapToTheSamePlace() throws {
    let fixture = try AgentFixture(at: .mmioRead)
    fixture["VBAR_EL2"] = fixture.target["pc"] - 0x200
    let before = fixture.state
    let error = #expect(throws: DebugError.self) {
      try fixture.session.value(of: "$ich_lr0_el2")
    }
    #expect(error?.description == "cannot read $ich_lr0_el2: UNDEFINED on this CPU")
    #expect(fixture.state == before)
  }
}
