import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct ExitGoldenTests {
  /// Every reason: the stop's banner, the whole exit and the one-line form.
  @Test(arguments: FakeExit.all.map(\.name))
  func exits(name: String) throws {
    let exit = try #require(FakeExit.all.first { $0.name == name }).exit
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    let text =
      fixture.transcript("continue", .exit(exit.with { $0.count = 7 }))
      + fixture.transcript(["info exit", "info exit --brief"])
    try GoldenText.expect(text, "exit-\(name)")
  }

  @Test func theLineHasRoomForLongNumbers() throws {
    let fixture = try ShellFixture(
      at: FakeExit.mmioWrite.with {
        $0.count = 123_456
        $0.vcpu = 7
      })
    #expect(
      fixture.run("info exit -b")
        == "#123456 vcpu 7  0x40200010  str w1, [x0]               "
        + "mmio-write of 4 bytes: 0x41 from w1 to IPA 0x9000000\n"
    )
  }

  /// A function that a specification names, with its arguments; the meaning of a vendor's function depends on its
  /// hypervisor.
  @Test(
    arguments: [
      (
        UInt32(0), UInt64(0xc400_015d),
        "smc #0x0: function 0xc400015d (RMI_RTT_CREATE), rd 0x1000, rtt 0x2000, ipa 0x0, level 0x3"
      ),
      (
        0, 0x8400_0085,
        "smc #0x0: function 0x84000085 (FFA_SPM_ID_GET), x1 0x1000 x2 0x2000 x3 0x0 x4 0x3"
      ),
      (0, 0xc600_0003, "smc #0x0: function 0xc6000003, x1 0x1000 x2 0x2000 x3 0x0 x4 0x3"),
      (
        0, 0x8600_ff01,
        "smc #0x0: function 0x8600ff01 (call UID of the service), x1 0x1000 x2 0x2000 x3 0x0 x4 0x3"
      ),
      (1, 0xc400_015d, "smc #0x1: function 0xc400015d, x1 0x1000 x2 0x2000 x3 0x0 x4 0x3"),
    ])
  func callsHaveNames(immediate: UInt32, function: UInt64, wanted: String) throws {
    let exit = FakeExit(
      .smc64, iss: immediate, at: "call_monitor",
      x: [0: function, 1: 0x1000, 2: 0x2000, 4: 3])
    let fixture = try ShellFixture(at: exit)
    #expect(fixture.run("info exit -b").hasSuffix(wanted + "\n"))
  }

  @Test func offAnExit() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("info exit")
        == "error: the CPU is not at a guest exit: the hypervisor has not entered a guest on it yet\n"
    )
    #expect(fixture.shell.status == .commandFailed)
  }

  @Test func wrongArguments() throws {
    let fixture = try ShellFixture(at: .wfi)
    #expect(
      fixture.run("info exit long")
        == "error: 'info exit' takes [--brief], not 'long'\n")
  }
}
