import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// The target is lost, or refuses something, at each packet of each sequence: what differs afterwards was reported, or
/// is restored.
@Suite struct ExecutionLossTests {
  /// What is done to a fixture.
  struct Sequence: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let exit: FakeExit
    var way = ExitWay.context
    var isHost = false
    let body: @Sendable (HypervisorSession) throws -> Void
    /// The registers that it changes if it succeeds, besides those of an entered guest.
    var changes: Set<String> = []
    var entersGuest = false
  }

  static let sequences: [Sequence] = [
    Sequence(testDescription: "a read", exit: .mmioWrite) {
      _ = try $0.value(of: "$ich_hcr_el2")
    },
    Sequence(testDescription: "a row with traps", exit: .mmioWrite) { session in
      let registers = ["ich_hcr_el2", "ich_lr0_el2", "ich_vtr_el2", "ich_lr1_el2"]
        .compactMap { SystemRegister(named: $0) }
      _ = try session.registers.system.answers(for: registers)
    },
    Sequence(
      testDescription: "a write", exit: .mmioWrite,
      body: { try $0.assign("$tpidr_el1 = 0x55") }, changes: ["tpidr_el1"]),
    Sequence(
      testDescription: "a write at a vector", exit: .mmioWrite, way: .vectors,
      body: { try $0.assign("$elr_el2 = 0x40201000") }, changes: ["elr_el2"]),
    Sequence(testDescription: "a translation", exit: .mmioWrite) {
      _ = try $0.agent.translation(of: 0x4020_0000, in: .guest)
    },
    Sequence(
      testDescription: "a forced write", exit: .mmioWrite,
      body: { try $0.assign("$ttbr0_el2 = 0x1000", isForced: true) }, changes: ["ttbr0_el2"]),
    Sequence(
      testDescription: "a completed read", exit: .mmioRead, way: .vectors,
      body: { _ = try $0.perform(.complete([0x80])) }, entersGuest: true),
    Sequence(
      testDescription: "a completed read of our own", exit: .mmioRead,
      body: { _ = try $0.perform(.complete([0x80])) }, entersGuest: true),
    Sequence(
      testDescription: "an injected exception", exit: .hypercall, way: .vectors,
      body: { _ = try $0.perform(.inject(.undefined)) }, entersGuest: true),
    Sequence(
      testDescription: "an injected exception with E2H", exit: .hypercall, way: .vectors,
      isHost: true, body: { _ = try $0.perform(.inject(.undefined)) }, entersGuest: true),
    Sequence(
      testDescription: "a write of EL1's with E2H", exit: .mmioWrite, isHost: true,
      body: { try $0.assign("$elr_el1 = 0x1234") }, changes: ["elr_el1"]),
  ]

  private func fixture(_ sequence: Sequence) throws -> AgentFixture {
    let fixture = try AgentFixture(at: sequence.exit, sequence.way, isHost: sequence.isHost)
    fixture.target.cpu.translation = { _, address in address & ~0xfff }
    fixture["PAR_EL1"] = 0x1234
    return fixture
  }

  @Test("lost at each packet, before its effect and after it", arguments: sequences)
  func lost(_ sequence: Sequence) throws {
    var count = 0
    for isAnswered in [true, false] {
      for limit in 0..<400 {
        let fixture = try fixture(sequence)
        let (before, pc) = (fixture.state, fixture.target["pc"])
        let code = fixture.code(at: pc)
        fixture.target.packetLimit = limit
        fixture.target.answersLastPacket = isAnswered
        var text: String?
        do { try sequence.body(fixture.session) } catch { text = "\(error)" }
        let isLost = fixture.target.state == .disconnected
        count += isLost ? 1 : 0
        let isInGuest = fixture.target["cpsr"] & 0xc < 8
        // What was completed need not be reported.
        let after = fixture.state
        for (name, old) in before where after[name] != old {
          guard isLost || !sequence.changes.contains(name) else { continue }
          if sequence.entersGuest, !isLost || isInGuest { continue }
          // A requested value, in a sequence that got that far.
          if sequence.changes.contains(name), text?.contains("0x") != true { continue }
          #expect(
            text?.lowercased().contains(Self.said(name, old)) == true
              || sequence.changes.contains(name),
            "\(name) was \(old), packet \(limit): \(text ?? "no error")")
        }
        if fixture.code(at: pc) != code {
          #expect(text?.contains("the word 0x") == true, "packet \(limit)")
        }
        guard isLost else { break }
        #expect(text != nil)
      }
    }
    #expect(count > 10)
  }

  /// How the error names a register and what it had.
  private static func said(_ name: String, _ value: UInt64) -> String {
    (name == "cpsr" ? "pstate" : name) + " 0x" + String(value, radix: 16)
  }

  @Test(
    "refused at each request: all is back, and what is asked next is right", arguments: sequences)
  func refused(_ sequence: Sequence) throws {
    // The requests of a run in which nothing fails.
    let plain = try fixture(sequence)
    try sequence.body(plain.session)
    let requests = Set(
      plain.target.takeTrace().flatMap { $0.split(separator: "|").map { String($0.dropPadding) } })
    for request in requests.sorted() where request.contains(" ") {
      let fixture = try fixture(sequence)
      let (before, pc) = (fixture.state, fixture.target["pc"])
      let code = fixture.code(at: pc)
      fixture.target.failNext(request)
      var failed = false
      do { try sequence.body(fixture.session) } catch { failed = true }
      // The next request first restores what is still owed.
      if fixture.target["cpsr"] & 0xc == 8 { _ = try? fixture.session.requireState() }
      let after = fixture.state
      let isInGuest = fixture.target["cpsr"] & 0xc < 8
      for (name, old) in before
      where after[name] != old && !sequence.changes.contains(name) && !(isInGuest && !failed) {
        Issue.record("\(name) was \(old) and is \(after[name] ?? 0) after \(request) was refused")
      }
      #expect(fixture.code(at: pc) == code, "\(request)")
    }
  }
}

extension Substring {
  fileprivate var dropPadding: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
