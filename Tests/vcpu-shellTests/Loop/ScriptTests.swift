import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

@Suite struct ScriptTests {
  let fixture: ShellFixture
  let folder: URL

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    folder = FixtureImages.folder.appendingPathComponent("\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func script(_ name: String, _ text: String) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @Test func linesRunInTheirOrder() throws {
    let path = try script("a", "# comment\n\n  echo one\necho two\n\t# end\nprint $x0")
    #expect(fixture.run("source \(path)") == "one\ntwo\n0x9000000 (150994944)\n")
    #expect(fixture.loop.inputs.isEmpty)
  }

  @Test func linesMayEndAsOnWindows() throws {
    let path = try script("a", "echo one\r\n\r\necho two\r\n")
    #expect(fixture.run("source \(path)") == "one\ntwo\n")
  }

  @Test func theFirstErrorEndsItAndHasItsPlace() throws {
    let path = try script("a", "echo one\n\nprint $x0 +\necho two\n")
    #expect(
      fixture.run("source \(path)") == """
        one
        error: \(path):3:12: expected a number, register, symbol or '(' at the end of the expression
          $x0 +
               ^

        """)
    #expect(fixture.shell.status == .commandFailed)
    #expect(fixture.loop.inputs.isEmpty)
  }

  @Test func anErrorInAnInnerScriptHasTheInnerPlace() throws {
    let inner = try script("inner", "echo inner\nnonsense\n")
    let outer = try script("outer", "source \(inner)\necho outer\n")
    #expect(
      fixture.run("source \(outer)")
        == "inner\nerror: \(inner):2: no command 'nonsense': 'help' lists them\n")
  }

  @Test func theDepthIsLimited() throws {
    let path = folder.appendingPathComponent("a").path
    _ = try script("a", "echo deeper\nsource \(path)\n")
    let lines = fixture.run("source \(path)").split(separator: "\n")
    #expect(lines.dropLast().allSatisfy { $0 == "deeper" })
    #expect(lines.count == 101)
    #expect(
      lines.last == "error: \(path):2: scripts and blocks are nested more than 100 deep")
    #expect(fixture.loop.inputs.isEmpty)
  }

  @Test func quitEndsIt() throws {
    let path = try script("a", "echo one\nquit\necho two\n")
    #expect(fixture.run("source \(path)") == "one\n")
    #expect(fixture.shell.isDone)
    #expect(fixture.shell.status == .ok)
  }

  @Test func aMissingScript() {
    #expect(
      fixture.run("source /nowhere/a")
        == "error: cannot read the script /nowhere/a: No such file or directory\n")
    #expect(fixture.run("source") == "error: 'source' needs the path of a file\n")
    #expect(!fixture.loop.run(script: "/nowhere/a"))
  }

  // MARK: commands

  @Test func commandsTakeTheLinesOfTheScript() throws {
    let path = try script(
      "a",
      """
      catch exit wfi
      catch exit hvc
      commands 1
        silent

        # no command
        echo at wfi
        continue
      end
      commands
        echo at hvc
      end
      info breakpoints
      continue
      """)
    fixture.target.script = [.exit(.wfi), .exit(.hypercall)]
    let text = fixture.run("source \(path)")
    #expect(
      text == """
        Catchpoint 1: exit wfi
        Catchpoint 2: exit hvc
        Num  Type        Disp  Enb  Hits  What
        1    catchpoint  keep  y    0     exit wfi
               silent
               echo at wfi
               continue
        2    catchpoint  keep  y    0     exit hvc
               echo at hvc
        at wfi
        exit 1, vcpu 0: hvc #0x1f: function 0xc6000001, x1 0x11 x2 0x0 x3 0x33
          guest pc 0x40200070 <call_hypervisor>:  hvc #0x1f  (pc is after it)
        at hvc

        """)
  }

  @Test func commandsWithoutAnEnd() throws {
    let path = try script("a", "catch exit\ncommands\necho one\n")
    #expect(
      fixture.run("source \(path)")
        == "Catchpoint 1: exit any\nerror: \(path):2: 'commands' has no 'end'\n")
    #expect(try fixture.session.breakpoints[1]?.commands == [])
  }

  @Test func commandsOfNoBreakpoint() throws {
    #expect(
      fixture.run("commands")
        == "error: there is no breakpoint or catchpoint to give commands to\n")
    fixture.run("catch exit")
    #expect(
      fixture.run("commands 2")
        == "error: no breakpoint or catchpoint number 2: see 'info breakpoints'\n")
    #expect(fixture.run("commands x") == "error: 'commands' takes a number from 1, not 'x'\n")
    // There is no input to read them from.
    #expect(fixture.run("commands 1") == "error: 'commands' has no 'end'\n")
  }

  @Test("lines after a continue aren't run, and stops don't nest")
  func continueEndsCommands() throws {
    for spelling in ["continue", "c 1", "fg", "conti"] {
      let fixture = try ShellFixture()
      fixture.run("catch exit")
      try fixture.session.breakpoints.update(1) {
        $0.commands = ["silent", BreakpointCommand(spelling), "echo x"]
      }
      fixture.target.script = (0..<70).map { _ in .exit(.wfi) } + [.ended(status: 0)]
      #expect(fixture.run("continue") == "the guest has powered off\n", "\(spelling)")
      #expect(fixture.loop.inputs.isEmpty)
    }
  }
}

@Suite struct BreakpointProgramTests {
  @Test(
    arguments: [
      ([], [], false), (["silent"], [], true), (["silent", "continue"], ["continue"], true),
      ([" silent ", "echo a", " c "], ["echo a", "c"], true),
      (["echo a", "silent"], ["echo a", "silent"], false),
    ] as [([String], [String], Bool)])
  func programs(commands: [String], lines: [String], isSilent: Bool) {
    let program = BreakpointProgram(number: 1, commands.map { BreakpointCommand($0) })
    #expect(program.lines.map(\.text) == lines)
    #expect(program.isSilent == isSilent)
  }
}
