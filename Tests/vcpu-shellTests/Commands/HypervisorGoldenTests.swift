import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

/// Output about hypervisors, exits that last, entries and faults.
@Suite struct HypervisorGoldenTests {
  private static let vectors = FixtureImages.vectors

  @Test func ourHypervisor() throws {
    let fixture = try ShellFixture()
    let text = fixture.transcript([
      "info hypervisor", "set catch-way vectors", "info hypervisor", "set catch-way trampoline",
      "set catch-way a", "set catch-way", "set catch-way best", "info hypervisor now",
    ])
    try GoldenText.expect(text, "hypervisor-context")
    #expect(fixture.shell.status == .commandFailed)
  }

  @Test func onlyVectors() throws {
    let fixture = try ShellFixture(.booted())
    var text = fixture.transcript(["info hypervisor", "set catch-way context", "catch exit"])
    text += fixture.transcript("continue", .vector(.mmioRead))
    text += fixture.transcript(["info exit", "info hypervisor", "print $x0", "set $x0 = 1"])
    text += fixture.transcript(["set $pc = $pc + 4", "print $exit.time", "info registers x0 pc"])
    text += fixture.transcript(
      "continue", .at(Self.vectors + 0x404, level: 2), .vector(.mmioRead.with { $0.x[0] = 1 }))
    text += fixture.transcript("stepi", .at(Self.vectors + 0x404, level: 2))
    text += fixture.transcript(["info exit", "info exit --brief", "set $guest.x0 = 1", "print $x0"])
    text += fixture.transcript("delete")
    text += fixture.transcript("continue", .at(FixtureImages.handler, level: 2, signal: 2))
    text += fixture.transcript("info exit")
    try GoldenText.expect(text, "hypervisor-vectors")
  }

  @Test func armVCpu() throws {
    let fixture = try ShellFixture(.armVCpu(), symbols: ArmVCpuImage.file.get())
    var text = fixture.transcript(["info hypervisor", "catch exit"])
    text += fixture.transcript("continue", .frame(.hypercall))
    text += fixture.transcript(["info exit", "set $x0 = 5", "set $pc = $pc + 4", "print $pc"])
    text += fixture.transcript(["set $esr_el2 = 0", "info exit --brief"])
    text += fixture.transcript(
      "continue", .at(ArmVCpuImage.trampoline + 4, level: 2),
      .stop {
        $0.stand(atFrame: .wfi)
        $0["ELR_EL2"] = 0x1234
      })
    text += fixture.transcript(["info exit", "print $pc"])
    try GoldenText.expect(text, "hypervisor-trampoline")
  }

  @Test func anExitThatIsHandled() throws {
    let fixture = try ShellFixture()
    var text = fixture.transcript("catch exit")
    text += fixture.transcript("continue", .exit(.mmioWrite))
    text += fixture.transcript("stepi", .at(FixtureImages.handler, level: 2))
    text += fixture.transcript([
      "info exit", "print $x0", "print $guest.x0", "set $guest.x0 = 0x42", "info exit --brief",
      "info registers guest",
    ])
    text += fixture.transcript("stepi", .at(FixtureImages.vectors + 0x404, level: 2))
    text += fixture.transcript("info exit")
    text += fixture.transcript("stepi", .at(FixtureImages.entry + 4, level: 2))
    text += fixture.transcript("info exit")
    text += fixture.transcript("stepi", .at(FixtureImages.guestAddress("wait"), level: 1))
    text += fixture.transcript("info exit")
    try GoldenText.expect(text, "exit-handled")
  }

  /// The next stop is before an entry with our context.
  private func entry(_ exit: FakeExit, hcr: UInt64 = 0x8008_2019) -> FakeTarget.Event {
    .stop {
      $0.stand(at: exit)
      $0.stand(at: FixtureImages.entry, level: 2)
      $0["x0"] = FakeTarget.context
      $0["HCR_EL2"] = hcr
    }
  }

  @Test func entries() throws {
    let fixture = try ShellFixture()
    var text = fixture.transcript(["catch entry now", "catch entry", "info breakpoints"])
    text += fixture.transcript("continue", entry(FakeExit.wfi.with { $0.count = 0 }))
    text += fixture.transcript(["info exit", "print $exit.kind", "print $pc"])
    for (exit, change, hcr) in [
      // The instruction after the HVC is never executed.
      (
        FakeExit.hypercall,
        {
          $0.x[0] = 0
          $0.pc += 4
        }, 0x8008_2019
      ),
      (
        .mmioRead,
        {
          $0.x[3] = 0x5a
          $0.pc += 4
        }, 0x8008_2019
      ),
      // The fault wasn't handled.
      (.mmioRead, { _ in }, 0x8008_2019),
      (.irq, { _ in }, 0x8008_2099),
      (
        .brk,
        {
          $0.pc = 0x4020_0200
          $0.pstate = 0x3c5 | 1 << 20
        }, 0x8008_2019
      ),
    ] as [(FakeExit, (inout FakeExit) -> Void, UInt64)] {
      text += fixture.transcript("continue", .exit(exit), entry(exit.with(change), hcr: hcr))
    }
    text += fixture.transcript(["info exit", "set $x0 = 1", "info exit --brief"])
    try GoldenText.expect(text, "entry")
  }

  @Test func aFault() throws {
    let fixture = try ShellFixture(.booted())
    var text = fixture.transcript(["catch fault wrong", "catch fault", "tcatch fault if $x0"])
    text += fixture.transcript(["info breakpoints", "delete 2"])
    for (esr, far) in [(0x9600_0045, 0xdead_0000), (0x0200_0000, 0)] as [(UInt64, UInt64)] {
      text += fixture.transcript(
        "continue",
        .stop {
          $0["ESR_EL2"] = esr
          $0["FAR_EL2"] = far
          $0["ELR_EL2"] = FixtureImages.handler + 4
          $0["SPSR_EL2"] = 0x3c9
          $0.stand(at: Self.vectors + 0x200, level: 2)
        })
      text += fixture.transcript("stepi", .at(Self.vectors + 0x204, level: 2))
    }
    try GoldenText.expect(text, "fault")
  }

  @Test func aFaultOfOurHypervisor() throws {
    let fixture = try ShellFixture()
    let text =
      fixture.transcript("continue", .at(FixtureImages.halt, level: 2))
      + fixture.transcript(["continue", "info exit"])
    try GoldenText.expect(text, "fault-context")
  }

  @Test func withoutAnythingToFindThemBy() throws {
    let target = try FakeTarget.booted()
    target["VBAR_EL2"] = 0
    let text = try ShellFixture(target).transcript(["catch exit", "info hypervisor", "catch entry"])
    try GoldenText.expect(text, "hypervisor-none")
  }
}
