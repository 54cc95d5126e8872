import GDBRemote
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Corner cases of breakpoints, their commands and the commands about them.
@Suite struct BreakpointCommandTests {
  let fixture: ShellFixture

  init() throws { fixture = try ShellFixture() }

  private func set(_ commands: [String], of number: Int) throws {
    try fixture.session.breakpoints.update(number) {
      $0.commands = commands.map { BreakpointCommand($0) }
    }
  }

  @Test(arguments: ["-1", "1-", "-", "1--2", "0x1"])
  func whatIsNoNumberDeletesNothing(text: String) throws {
    fixture.run("catch exit")
    #expect(fixture.run("delete \(text)").contains("is not a breakpoint number"))
    #expect(try fixture.session.breakpoints.all.count == 1)
  }

  @Test func aNumberThatIsNamedTwiceIsDeletedOnce() throws {
    fixture.run("catch exit")
    fixture.run("catch exit")
    #expect(fixture.run("delete 1 1 1-2") == "")
    #expect(try fixture.session.breakpoints.all.isEmpty)
  }

  @Test func anInstructionBeginsAtAMultipleOfFour() throws {
    #expect(fixture.run("break *hv:0x40205002").contains("begins at a multiple of 4"))
    #expect(try fixture.session.breakpoints.all.isEmpty)
  }

  @Test("a bare number is an address in the selected registers' world")
  func aBareNumberHasAWorld() throws {
    #expect(fixture.run("break *0x40205000").contains(" at hv:0x40205000"))
    let atExit = try ShellFixture(at: .wfi)
    #expect(atExit.run("break *0x40205000").contains(" at guest:0x40205000"))
    #expect(atExit.run("break handle_exit").contains(" at hv:0x40205000"))
  }

  @Test("commands that step don't run the commands of a breakpoint they step onto")
  func commandsThatStep() throws {
    fixture.run("break *hv:0x40205000")
    fixture.run("break *hv:0x40205004")
    try set(["silent", "echo A", "stepi", "echo B", "continue"], of: 1)
    try set(["silent", "echo never", "continue"], of: 2)
    for _ in 0..<70 {
      fixture.target.script += [
        .at(FixtureImages.handler, level: 2), .at(FixtureImages.handler + 4, level: 2),
        // Off the second breakpoint, before it continues.
        .at(FixtureImages.handler + 8, level: 2),
      ]
    }
    fixture.target.script.append(.ended(status: 0))
    let text = fixture.run("continue")
    #expect(text.hasSuffix("A\nB\nthe guest has powered off\n"))
    #expect(text.split(separator: "\n").count { $0 == "A" } == 70)
    #expect(!text.contains("never") && !text.contains("deep"))
  }

  @Test("a number after a breakpoint's continue counts, temporary or not")
  func commandsThatContinueByANumber() throws {
    fixture.run("tcatch exit")
    fixture.run("catch exit mmio")
    try set(["silent", "continue 3"], of: 1)
    try set(["silent", "continue 3"], of: 2)
    let write = FakeExit.mmioWrite
    let text = fixture.run(
      "continue", .exit(write), .exit(write), .exit(write), .exit(write.with { $0.count = 9 }),
      .ended(status: 0))
    #expect(text.hasSuffix("the guest has powered off\n"))
    #expect(fixture.target.script.isEmpty)
  }

  @Test(
    "'monitor cont' would resume the machine without the shell", arguments: ["c", "cont", " cont "])
  func theMonitorDoesNotContinue(command: String) {
    #expect(fixture.run("monitor \(command)").contains("use 'continue'"))
    #expect(fixture.target.takeTrace().isEmpty)
  }

  @Test func theCPUsAreListedWithWhereTheyAre() throws {
    fixture.target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [halted ]"))
    fixture.target["pc"] = FixtureImages.handler
    let lines = fixture.run("info threads").split(separator: "\n")
    #expect(
      lines == [
        "* 1  CPU#0  EL2 0x40205000 <handle_exit>",
        "  2  CPU#1  EL2 0x40205000 <handle_exit>  waits for an interrupt, or is off",
      ])
    // The one that stopped is selected again.
    #expect(fixture.target.takeTrace().last == "Hg \(ThreadID(process: 1, thread: 1))")
  }

  @Test(arguments: [("set /b", 1), ("set/h", 2), ("set /w", 4), ("set /g", 8)])
  func memoryIsWrittenInASize(command: String, byteCount: Int) throws {
    let fixture = try ShellFixture(at: .wfi)
    let before = try fixture.session.memory.read(.guest, FixtureImages.message, byteCount: 16)
    #expect(fixture.run("\(command) guest:message = 0x5a").hasPrefix("guest:0x40210"))
    let after = try fixture.session.memory.read(.guest, FixtureImages.message, byteCount: 16)
    #expect(after[..<byteCount] == [0x5a] + ArraySlice(repeating: 0, count: byteCount - 1))
    #expect(after[byteCount...] == before[byteCount...])
    #expect(fixture.run("set /b guest:message = 0x100") == "error: 0x100 does not fit 1 byte\n")
    #expect(fixture.run("set /x guest:message = 1").contains("takes only a size"))
    #expect(
      fixture.run("set guest:message = 1")
        == "error: 'message' has 24 bytes: give the number of bytes to write, as in 'set /w message = 1'\n"
    )
  }
}
