import GoldenText
import GDBRemote
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

@Suite struct RunGoldenTests {
  @Test func catching() throws {
    let fixture = try ShellFixture()
    var text = fixture.transcript([
      "catch exit mmio-write hvc", "tcatch exit wfi if $exit.count > 2", "catch exit",
      "catch exit nonsense", "catch exit hvc if", "catch exit if 1 +", "catch exit mm if(1)",
      "disable 3-4", "info breakpoints",
    ])
    text += fixture.transcript("continue", .exit(.wfi), .exit(.mmioWrite))
    text += fixture.transcript("c", .exit(.wfi.with { $0.count = 3 }))
    text += fixture.transcript(["info breakpoints", "enable 3", "delete 1", "info b"])
    // The breakpoint that stopped it was temporary: any stop counts.
    text += fixture.transcript("continue 2", .exit(.irq), .exit(.hypercall))
    text += fixture.transcript(
      "continue 3", .exit(.irq), .exit(.sysregWrite), .exit(.sysregRead))
    text += fixture.transcript(["delete", "info breakpoints"])
    text += fixture.transcript("continue", .ended(status: 0))
    text += fixture.transcript(["print 1", "print $x0", "continue", "info breakpoints"])
    try GoldenText.expect(text, "catch")
    #expect(fixture.shell.status == .commandFailed)
  }

  @Test func breaking() throws {
    let fixture = try ShellFixture()
    var text = fixture.transcript([
      "break handle_exit", "b *0x40205004 if $x0 == 1", "tbreak guest:store32",
      "break store32 if (1)", "break", "break if 1", "break nothing", "break ipa:0x10",
      "break shared if nonsense +", "ignore 1 2", "ignore 1", "ignore 9 1", "ignore 1 x",
      "condition 2 $x0 == 2", "condition 2", "condition 9 1", "condition", "condition 2 1 +",
      "info breakpoints",
    ])
    text += fixture.transcript(
      "continue", .at(FixtureImages.handler + 4, level: 2))
    text += fixture.transcript(
      "continue", .at(FixtureImages.handler + 8, level: 2),
      .at(FixtureImages.guestAddress("store32"), level: 1))
    text += fixture.transcript([
      "info breakpoints", "delete 7", "delete 2-1", "delete x", "disable 1 2", "enable 1",
      "d 1-2", "info breakpoints",
    ])
    try GoldenText.expect(text, "break")
  }

  @Test func stepping() throws {
    let fixture = try ShellFixture()
    var text = fixture.transcript("stepi", .at(FixtureImages.handler + 4, level: 2))
    text += fixture.transcript(
      "si 2", .at(FixtureImages.handler + 8, level: 2), .at(0x4020_5010, level: 2))
    text += fixture.transcript("stepi", .at(FixtureImages.guestAddress("store8"), level: 1))
    text += fixture.transcript("si", .at(0x5000_0000, level: 0))
    text += fixture.transcript("stepi", .at(FixtureImages.handler, level: 2, signal: 11))
    text += fixture.transcript("stepi", .ended(status: 3))
    text += fixture.transcript(["stepi", "stepi 0", "stepi x"])
    #expect(fixture.shell.status == .guestEnded)
    // A halted CPU can't step: QEMU would not finish the step.
    let halted = try ShellFixture()
    text += halted.transcript("stepi", .at(FixtureImages.halt, level: 2))
    text += halted.transcript(["stepi", "continue"])
    try GoldenText.expect(text, "step")
  }

  @Test func anInterruptAtAnExit() throws {
    let fixture = try ShellFixture()
    let text = fixture.transcript("catch exit hvc")
    fixture.raise(.interrupt)
    let rest = fixture.transcript("continue", .untilInterrupt { $0.stand(at: .mmioWrite) })
    fixture.raise(.interrupt)
    let last = fixture.transcript(
      "continue", .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) })
    try GoldenText.expect(text + rest + last, "interrupt")
    #expect(fixture.shell.status == .ok)
  }

  @Test func beingAskedToEnd() throws {
    let fixture = try ShellFixture()
    fixture.raise(.terminate)
    #expect(
      fixture.run("continue", .untilInterrupt())
        == "error: the shell was asked to end while the target ran\n")
    #expect(fixture.shell.isDone)
    #expect(fixture.shell.status == .targetLost)
  }

  @Test func aTargetThatIsLost() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("continue", .lost)
        == "error: the target is lost: the stub closed the connection\n")
    #expect(fixture.shell.status == .targetLost)
    #expect(
      fixture.run("print $x0")
        == "error: the target is lost: there is no target to inspect; 'quit' leaves the shell\n")
  }

  @Test func leaving() throws {
    for (line, text, access) in [
      ("detach", "Detached; the machine runs on.\n", "D"),
      ("kill", "The machine is off.\n", "k"),
      ("disconnect", "Disconnected; the machine stays as it is.\n", "disconnect"),
    ] {
      let fixture = try ShellFixture()
      #expect(fixture.run(line) == text)
      #expect(fixture.target.takeTrace() == [access])
      #expect(fixture.shell.session == nil)
      #expect(fixture.run("print 1").hasPrefix("error: "))
      #expect(!fixture.shell.isDone)
    }
  }

  @Test func aMachineThatIsNotOursRunsOnWhenTheShellEnds() throws {
    let fixture = try ShellFixture()
    fixture.shell.close()
    #expect(fixture.target.takeTrace() == ["D", "disconnect"])
    let ended = try ShellFixture()
    ended.run("continue", .ended(status: 0))
    _ = ended.target.takeTrace()
    ended.shell.close()
    #expect(ended.target.takeTrace() == ["disconnect"])
  }

  @Test func quitting() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("quit now")
        == "error: no symbol or word 'now'; registers begin with $\n  now\n  ^\n")
    #expect(!fixture.shell.isDone)
    #expect(fixture.run("q") == "")
    #expect(fixture.shell.isDone)
  }

  @Test func monitoring() throws {
    let fixture = try ShellFixture()
    fixture.target.monitorAnswer = "one\r\ntwo\r\n"
    #expect(fixture.run("monitor info mtree") == "one\ntwo\n")
    #expect(fixture.run("mon /x") == "one\ntwo\n")
    #expect(fixture.target.takeTrace() == ["monitor info mtree", "g", "monitor /x", "g"])
    #expect(fixture.run("monitor") == "error: 'monitor' needs a command for the stub\n")
  }

  @Test func echoing() throws {
    let fixture = try ShellFixture()
    #expect(fixture.run("echo  two  words ") == "two  words\n")
    #expect(fixture.run("echo") == "\n")
    #expect(fixture.run("echo /x") == "/x\n")
    #expect(fixture.run("echo /x  y") == "/x  y\n")
  }

  @Test func aCountWhereNothingStoppedYetIsOfAllStops() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit wfi")
    fixture.run("catch exit hvc")
    let text = fixture.run(
      "continue 3", .exit(.wfi), .exit(.mmioRead), .exit(.hypercall), .exit(.wfi))
    #expect(text.hasPrefix("exit 1, vcpu 0: wfi: waits for an interrupt\n"))
    #expect(fixture.target.script.isEmpty)
    #expect(try fixture.session.breakpoints.all.map(\.hitCount) == [2, 1])
    // The end of the machine isn't a stop to skip.
    #expect(fixture.run("delete").isEmpty)
    #expect(fixture.run("continue 3", .ended(status: 0)) == "the guest has powered off\n")
  }

  @Test func aWrongCountSetsNothingGoing() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("continue x") == "error: 'continue' takes a number from 1, not 'x'\n")
    #expect(fixture.target.takeTrace() == [])
  }

  @Test func theGreetingSaysWhereTheCPUIs() throws {
    let fixture = try ShellFixture()
    fixture.loop.greet()
    #expect(
      fixture.takeText()
        == """
        vcpu-shell 0.1.0: 'help' lists the commands, Ctrl-C stops a running guest
        AArch64 machine with EL2, 1 CPU, symbols of hypervisor.elf and guest.elf: 'catch exit' and 'continue' stop at a guest's exit
          EL2 0x40205000 <handle_exit>:  mov x0, x1    hypervisor.S:18

        """)
  }

  // MARK: Commands of breakpoints

  @Test func aSilentProgramThatGoesOn() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    try fixture.session.breakpoints.update(1) {
      $0.commands = ["silent", "info exit --brief", "continue"]
    }
    let text = fixture.transcript(
      "continue", .exit(.mmioWrite), .exit(.hypercall), .exit(.irq), .ended(status: 0))
    try GoldenText.expect(text + fixture.transcript("info breakpoints"), "commands-silent")
  }

  @Test func oneThatStaysWins() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    fixture.run("catch exit wfi")
    try fixture.session.breakpoints.update(1) { $0.commands = ["echo one", "continue"] }
    try fixture.session.breakpoints.update(2) { $0.commands = ["silent", "echo two"] }
    let text = fixture.run("continue", .exit(.hypercall), .exit(.wfi))
    #expect(text.contains("hvc #0x1f"))
    #expect(text.contains("one\n"))
    #expect(text.hasSuffix("one\ntwo\n"))
    // Not silent: one of them wants the report.
    #expect(text.contains("wfi: waits for an interrupt"))
    #expect(fixture.target.script.isEmpty)
  }

  @Test func aSilentStopIsAStop() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    try fixture.session.breakpoints.update(1) { $0.commands = ["silent"] }
    #expect(fixture.run("continue", .exit(.hypercall)) == "")
    #expect(
      fixture.run("continue 2", .exit(.wfi), .exit(.wfe))
        == "Will ignore the next stop of breakpoint 1.\n")
    #expect(try fixture.session.exit?.reason.exitClass == .wfe)
  }

  @Test func aProgramThatFailsStops() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    try fixture.session.breakpoints.update(1) {
      $0.commands = ["silent", "echo one", "print nothing", "echo two", "continue"]
    }
    #expect(
      fixture.run("continue", .exit(.hypercall)) == """
        one
        error: in the commands of breakpoint 1: no symbol or word 'nothing'; registers begin with $
          nothing
          ^

        """)
    #expect(try !fixture.session.isRunning)
  }

  @Test func aConditionThatThrowsIsToldAndTheTargetIsThere() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit if 1 / $x9")
    #expect(fixture.run("continue", .exit(.mmioWrite)).contains("division by zero"))
    #expect(fixture.run("print $exit.kind") == "mmio-write\n")
  }
}
