import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct ExitGoldenTests {
  /// Every reason: the banner of the stop, the whole exit and the line.
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
