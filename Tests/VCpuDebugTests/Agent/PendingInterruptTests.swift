import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// HCR_EL2.VI and VF are withdrawn at the guest's vector.
@Suite struct PendingInterruptTests {
  private func fixture(_ injection: GuestInjection) throws -> AgentFixture {
    let fixture = try AgentFixture(at: .hypercall, .vectors)
    fixture["HCR_EL2"] |= 3 << 3
    try fixture.session.refresh()
    _ = try fixture.session.perform(.inject(injection))
    return fixture
  }

  /// Runs the guest to an address, and returns what is reported.
  private func run(
    _ fixture: AgentFixture, to pc: UInt64, level: UInt64 = 1
  ) throws -> SessionEvent? {
    fixture.target.executesInstructions = false
    fixture.target.script = [.at(pc, level: level)]
    try fixture.session.resume()
    fixture.target.executesInstructions = true
    return try fixture.session.poll()
  }

  @Test(
    "at its vector it is withdrawn, and the guest continues",
    arguments: [0x80, 0x280, 0x480, 0x680])
  func irq(_ offset: UInt64) throws {
    let fixture = try fixture(.irq(nil))
    #expect(fixture["HCR_EL2"] & 3 << 6 == 1 << 7)
    let vector = AgentFixture.guestVectors + offset
    let code: [UInt8] = [1, 2, 3, 4]
    _ = fixture.target.memory.write(code, at: vector, .guest)
    _ = fixture.target.takeTrace()
    #expect(try run(fixture, to: vector) == nil)
    let trace = fixture.target.takeTrace()
    #expect(trace.contains("Z0 0x\(String(vector, radix: 16))"))
    #expect(trace.contains("z0 0x\(String(vector, radix: 16))"))
    #expect(trace.last?.hasPrefix("c") == true)
    #expect(fixture["HCR_EL2"] & 3 << 6 == 0)
    #expect(fixture.target["pc"] == vector)
    #expect(fixture.target["cpsr"] & 0xc == 4)
    #expect(fixture.target.memory.read(vector, byteCount: 4, .guest) == code)
  }

  @Test("a FIQ only at its own vectors")
  func fiq() throws {
    let fixture = try fixture(.fiq)
    #expect(fixture["HCR_EL2"] & 3 << 6 == 1 << 6)
    #expect(try run(fixture, to: AgentFixture.guestVectors + 0x300) == nil)
    #expect(fixture["HCR_EL2"] & 3 << 6 == 0)
  }

  @Test("if the hypervisor has written HCR_EL2 since there is nothing to withdraw")
  func withdrawnByTheHypervisor() throws {
    let fixture = try fixture(.irq(nil))
    fixture["HCR_EL2"] &= ~(1 << 7)
    _ = fixture.target.takeTrace()
    #expect(try run(fixture, to: AgentFixture.guestVectors + 0x280) == nil)
    #expect(fixture.target.takeTrace().allSatisfy { !$0.contains("M ") })
  }

  @Test("it is withdrawn before the debugger leaves the target, in the guest and at EL2")
  func detach() throws {
    for isAtEL2 in [false, true] {
      let fixture = try fixture(.irq(nil))
      let (pc, code) = (fixture.target["pc"], [UInt8]([5, 6, 7, 8]))
      if isAtEL2 {
        fixture.target.stand(at: FixtureImages.handler, level: 2)
      } else {
        _ = fixture.target.memory.write(code, at: pc, .guest)
      }
      try fixture.session.refresh()
      try fixture.session.detach()
      #expect(fixture["HCR_EL2"] & 3 << 6 == 0)
      if !isAtEL2 {
        #expect(fixture.target["pc"] == pc)
        #expect(fixture.target["cpsr"] & 0xc == 4)
        #expect(fixture.target.memory.read(pc, byteCount: 4, .guest) == code)
      }
      #expect(fixture.target.takeTrace().last == "D")
    }
  }

  @Test("lost at each packet of it: the guest's code at its vector is restored, or was reported")
  func lost() throws {
    var count = 0
    for limit in 0..<200 {
      let fixture = try fixture(.irq(nil))
      let vector = AgentFixture.guestVectors + 0x280
      let code: [UInt8] = [1, 2, 3, 4]
      _ = fixture.target.memory.write(code, at: vector, .guest)
      fixture.target.executesInstructions = false
      fixture.target.script = [.at(vector, level: 1)]
      try fixture.session.resume()
      fixture.target.executesInstructions = true
      fixture.target.packetLimit = limit
      var text = ""
      do {
        if case .unreadable(let reason)? = try fixture.session.poll() { text = reason }
      } catch {
        text = "\(error)"
      }
      if fixture.target.memory.read(vector, byteCount: 4, .guest) != code {
        #expect(
          text.contains("the word at guest:0x40208280 was 0x4030201"), "packet \(limit): \(text)")
      }
      guard fixture.target.state == .disconnected else { break }
      count += 1
    }
    #expect(count > 20)
  }

  @Test("other vectors of the guest are watched too, once the CPU has stopped with them")
  func otherVectors() throws {
    let fixture = try fixture(.irq(nil))
    fixture["VBAR_EL1"] = 0x4020_9000
    #expect(try run(fixture, to: 0x4020_0100) != nil)
    #expect(try run(fixture, to: 0x4020_9480) == nil)
    #expect(fixture["HCR_EL2"] & 3 << 6 == 0)
  }
}
