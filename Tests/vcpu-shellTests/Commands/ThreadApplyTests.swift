import GDBRemote
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// `thread apply`, `advance`, `jump`, and what a step shows.
@Suite struct ThreadApplyTests {
  private static let second = ThreadID(process: 1, thread: 2)

  /// Two CPUs; the first is selected.
  private func fixture() throws -> ShellFixture {
    let fixture = try ShellFixture()
    fixture.target.cpus.append((Self.second, "CPU#1 [running]"))
    fixture.target["x0", of: Self.second] = 2
    fixture.target["x0"] = 1
    try fixture.session.refresh()
    return fixture
  }

  @Test(arguments: [
    ("all print $x0", "\nCPU 2 (CPU#1):\n2\n\nCPU 1 (CPU#0):\n1\n"),
    ("all -ascending print $x0", "\nCPU 1 (CPU#0):\n1\n\nCPU 2 (CPU#1):\n2\n"),
    ("all -q -asc print $x0", "1\n2\n"), ("1-2 -q print $x0", "1\n2\n"),
    ("$n 1 print $x0", "\nCPU 2 (CPU#1):\n2\n\nCPU 1 (CPU#0):\n1\n"),
    (
      "3 1 -q print $x0",
      "warning: no thread number 3: see 'info threads'\n1\n"
    ),
    (
      "all print $x0 / ($x0 - 2)",
      "\nCPU 2 (CPU#1):\nerror: division by zero\n  $x0 / ($x0 - 2)\n      ^\n"
    ),
    (
      "all -c print $x0 / ($x0 - 2)",
      "\nCPU 2 (CPU#1):\nwarning: division by zero\n\nCPU 1 (CPU#0):\n0\n"
    ),
    ("all -s print $x0 / ($x0 - 2)", "\nCPU 1 (CPU#0):\n0\n"),
    ("all -s set $m = 1", ""),
    ("all -cq thread apply 1 -q print $x0", "1\n1\n"),
    ("all -cs print 1", "error: -c and -s are mutually exclusive: errors are shown or not\n"),
    ("all -x print 1", "error: 'thread apply' has no option '-x': it has -q, -c and -s\n"),
    ("all", "error: 'thread apply' needs a command after the CPUs or threads\n"),
    ("", "error: 'thread apply' needs 'all', or numbers as in 'info threads'\n"),
    ("2-1 print 1", "error: '2-1' is not a CPU or thread number or a range of them\n"),
    ("$none print 1", "error: $none is not set: it isn't a CPU or thread number\n"),
  ])
  func lines(arguments: String, text: String) throws {
    let fixture = try fixture()
    fixture.run("set $n = 2")
    let shown = fixture.run("thread apply \(arguments)")
    #expect(Self.withoutBits(shown) == text)
    #expect(fixture.run("print $x0").hasPrefix("0x1 ") || fixture.run("print $x0") == "1\n")
    #expect(try fixture.session.threads.selectedNumber == 1)
  }

  /// Numbers as decimal.
  private static func withoutBits(_ text: String) -> String {
    text.replacing(#/0x[0-9a-f]+ \((-?[0-9]+)\)/#) { $0.output.1 }
  }

  @Test func commandsThatRunTheTarget() throws {
    let fixture = try fixture()
    let handler = FixtureImages.handler
    fixture.target.script = [
      .stop(thread: Self.second) { $0.stand(at: handler + 8, level: 2) },
      .at(handler + 4, level: 2),
    ]
    let text = fixture.run("thread apply all -q stepi")
    #expect(text.contains("<shared>") || text.contains("0x40205008"))
    #expect(text.contains("0x40205004"))
    #expect(fixture.target.takeTrace().filter { $0 == "s" }.count == 2)
    #expect(try fixture.session.threads.selectedNumber == 1)
    // The end of the target is the end of it.
    fixture.target.script = [.ended(status: 0)]
    let last = fixture.run("thread apply all continue")
    #expect(last == "\nCPU 2 (CPU#1):\nthe guest has powered off\n")
  }

  @Test func itsLinesEndWithContinueInABreakpointsCommands() throws {
    let fixture = try fixture()
    fixture.run("break handle_exit")
    var following = ["thread apply all -q print $x0", "end"][...]
    fixture.loop.inputs = [ScriptInput(name: "lines", hasPlaces: false) { following.popFirst() }]
    fixture.run("commands")
    let text = fixture.run("continue", .at(FixtureImages.handler, level: 2))
    #expect(Self.withoutBits(text).hasSuffix("\n2\n1\n"))
  }

  // MARK: Locations

  @Test func advancing() throws {
    let fixture = try fixture()
    let handler = FixtureImages.handler
    fixture.run("break *hv:0x40205004")
    var text = fixture.run("advance handle_exit", .at(handler, level: 2))
    #expect(text == "  EL2 0x40205000 <handle_exit>:  mov x0, x1    hypervisor.S:18\n")
    // Something else stops it first; nothing is left of it.
    text = fixture.run("until *hv:0x40205008", .at(handler + 4, level: 2))
    #expect(text.hasPrefix("breakpoint 1\n"))
    #expect(fixture.run("info breakpoints").split(separator: "\n").count == 2)
    _ = fixture.target.takeTrace()
    fixture.run("continue", .ended(status: 0))
    #expect(fixture.target.takeTrace().contains("z0 0x40205008"))
    #expect(
      fixture.run("advance") == "error: 'advance' needs a location: a symbol, or *ADDRESS\n")
  }

  @Test func aBreakpointThatIsRefused() throws {
    let fixture = try fixture()
    fixture.target.failNext("Z0 0x40205000")
    #expect(
      fixture.run("advance handle_exit")
        == "error: the target refuses a breakpoint at handle_exit: the stub answered E20\n")
    #expect(try !fixture.session.isRunning)
    _ = fixture.target.takeTrace()
    fixture.run("continue", .ended(status: 0))
    #expect(!fixture.target.takeTrace().contains("Z0 0x40205000"))
  }

  @Test func jumping() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(
      fixture.run("jump *$pc")
        == "error: cannot jump: the CPU executes hv: addresses now, and this is guest:0x40200010\n"
    )
    #expect(
      fixture.run("jump *hv:0x10000000") == "error: cannot jump: nothing is mapped there\n")
  }

  // MARK: Steps

  @Test func aStepThatTakesAnException() throws {
    let fixture = try ShellFixture()
    fixture.target.stand(at: 0x4020_0010, level: 1)
    fixture.target["VBAR"] = 0x4020_0800
    try fixture.session.refresh()
    let text = fixture.run(
      "stepi 3",
      .stop {
        $0.stand(at: 0x4020_0a00, level: 1)
        $0["ESR_EL1"] = 0x9600_0045
        $0["ELR_EL1"] = 0x4020_0010
        $0["FAR_EL1"] = 0x1234
      })
    #expect(
      text.hasPrefix(
        """
        the guest took an exception to EL1: data abort at the same EL: write, translation fault level 1
          from guest:0x40200010 <store32>:  str w1, [x0]
          ESR_EL1 0x96000045, FAR_EL1 0x1234, ELR_EL1 0x40200010
          in step 1 of 3
          EL1 0x40200a00
        """), "\(text)")
  }

  @Test func anInterruptionAtAVectorThatIsNotThere() throws {
    let fixture = try ShellFixture()
    fixture.raise(.interrupt)
    let text = fixture.run(
      "continue",
      .untilInterrupt {
        $0.stand(at: 0x7000_0200, level: 1)
        $0["VBAR"] = 0x7000_0000
        $0["ESR_EL1"] = 0x8600_0005
        $0["ELR_EL1"] = 0x7000_0200
        $0["FAR_EL1"] = 0x7000_0200
      })
    #expect(
      text.contains(
        """
        interrupted
        the guest cannot fetch its own vector, VBAR_EL1 + 0x200: instruction abort at the same EL: translation fault level 1
          ESR_EL1 0x86000005, FAR_EL1 0x70000200, ELR_EL1 0x70000200
        """), "\(text)")
  }
}
