import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

/// The script language, over a fake machine.
@Suite struct LanguageTests {
  let fixture: ShellFixture
  let path: String

  init() throws {
    fixture = try ShellFixture(at: .mmioWrite)
    try FileManager.default.createDirectory(
      at: FixtureImages.folder, withIntermediateDirectories: true)
    path = FixtureImages.folder.appendingPathComponent("\(UUID()).vcpu").path
  }

  /// A script's output; its path is `S`.
  private func run(_ script: String) throws -> String {
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    defer { fixture.shell.renderer.finishLine() }
    let text = fixture.run("source \(path)")
    #expect(fixture.loop.depth == 0 && fixture.loop.inputs.isEmpty)
    #expect(fixture.shell.arguments == nil && fixture.shell.place == nil)
    return text.replacingOccurrences(of: path, with: "S")
  }

  @Test func branches() throws {
    for (value, words) in [("1", "one"), ("2", "two"), ("3", "many"), ("-1", "many")] {
      let text = try run(
        """
        set $n = \(value)
        if $n == 1
          echo one
        else if $n == 2
          echo two
        else
          if $n
            echo many
          end
        end
        """)
      #expect(text == words + "\n")
    }
  }

  @Test func loops() throws {
    #expect(
      try run(
        """
        set $n = 0
        while 1
          set $n += 1
          if $n == 2
            loop_continue
          end
          if $n == 4
            loop_break
          end
          for $i in 0..$n, 10
            printf "%d", $i
          end
          printf "\\n"
        end
        """) == "0110\n012310\n")
  }

  @Test func aRangeKeepsItsSpace() throws {
    #expect(
      try run("for $p in guest:0x40200000..guest:0x40200001\nprint $p\nend").split(separator: "\n")
        .allSatisfy { $0.hasPrefix("guest:0x4020000") })
  }

  @Test func commandsOfAScript() throws {
    #expect(
      try run(
        """
        define fu
          if $argc > 1
            fu $arg1
          else
            echo last $arg0
          end
        end
        fu "a b" c
        """) == "last c\n")
    #expect(try run("define g\ng\nend\ng").contains("more than 100 deep"))
    #expect(try run("define print\nend").contains("is a built-in command"))
    #expect(
      try run("define hh\necho $arg0\nend\nhh").contains("S:2: $arg0 was not given: $argc is 0"))
  }

  @Test func errorsHaveTheirPlaces() throws {
    #expect(
      try run("echo a\nif 1\n  print p\nend")
        == "a\nerror: S:3:9: no symbol or word 'p'; registers begin with $\n  p\n  ^\n")
    #expect(try run("if 1\necho a") == "error: S:1: 'if' has no 'end'\n")
    #expect(try run("end") == "error: S:1: 'end' is not in a block\n")
    #expect(
      try run("if 1\nelse\nelse\nend")
        == "error: S:3: 'else' comes after 'else', which must be the last part\n")
    #expect(
      try run("loop_break") == "error: S:1: 'loop_break' is not in a loop\n")
    #expect(try run("if 1\n\0\nend").contains("S:"))
  }

  @Test func whatMayFail() throws {
    #expect(
      try run(
        """
        -print nosuch
        try
          print 1 / 0
          echo never
        catch
          printf "%s, %d\\n", $_error, $_status
        end
        echo on
        """) == "warning: no symbol or word 'nosuch'; registers begin with $\n"
        + "division by zero, 1\non\n")
  }

  @Test func theLinesOfAnEvalAreNotThoseAfterIt() throws {
    #expect(
      try run("for $i in 1..2\neval \"if 1\"\necho body\nend\necho one")
        == "error: S:2: 'if' has no 'end'\n")
    #expect(try run("eval \"-print %s\", \"nosuch\"\necho on").hasSuffix("on\n"))
  }

  @Test func assertionsShowTheirParts() throws {
    #expect(
      try run("assert $exit.width == 8 && $x1 \"say \\\"hi\\\"\"")
        == "error: S:1: assertion failed: $exit.width == 8 && $x1: say \"hi\"\n  $exit.width = 4\n")
    #expect(fixture.shell.status == .assertionFailed)
  }

  @Test func aTestDoesNotEndTheScript() throws {
    #expect(
      try run("test \"a\"\nassert 0\nend\ntest \"b\"\nend\necho on").hasSuffix(
        "ok 2 - b\non\n"))
    #expect(fixture.shell.status == .assertionFailed)
    #expect(
      try run("for $i in 1..3\ntest \"t\"\nloop_break\nend\nend") == "ok 3 - t\n")
    #expect(try run("test \"q\"\nquit 3\nend").contains("not ok 4 - q"))
  }

  @Test func timeouts() throws {
    #expect(
      try run("timeout 50 ms\non end\necho cleaned\nend\nwhile 1\nend")
        == "error: S:5: timed out after 50 ms\n")
    #expect(fixture.shell.status == .targetLost)
    fixture.loop.end()
    #expect(fixture.shell.timeout == nil)
    // A system shell command is ended too.
    let start = ContinuousClock.now
    let text = try run("test \"t\"\ntimeout 20 ms\nshell sleep 60\nend\necho on")
    #expect(text.contains("not ok 1 - t") && text.hasSuffix("\non\n"))
    #expect(text.contains("S:3: timed out after 20 ms"), "\(text)")
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// A column is that of the line in the file, wherever the line is run, unless the line was generated from something
  /// else.
  @Test func columns() throws {
    #expect(try run("  print $nosuch").hasPrefix("error: S:1:9: no register"))
    #expect(try run("if 1\n    -echo a\n    print 1 + $nosuch\nend").contains("error: S:3:15: "))
    #expect(try run("eval \"print $nosuch\"").hasPrefix("error: S:1: no register"))
    #expect(try run("print 1 && $esr_el2.zork").hasPrefix("error: S:1:12: $esr_el2 has no field"))
    for (setting, owner) in [("catch exit\ncommands", 3), ("on exit", 2)] {
      fixture.run("delete")
      fixture.target.script = [.exit(FakeExit.mmioWrite)]
      let text = try run("\(setting)\n      print $nosuch\nend\ncontinue")
      #expect(text.contains("error: S:\(owner):13: in the commands of breakpoint "), "\(text)")
    }
    // A script's arguments and their names have different lengths.
    fixture.run("delete")
    fixture.target.script = [.exit(FakeExit.mmioWrite)]
    let text = try run(
      "define fu\non exit\n  print $arg0 + $nosuch\nend\nend\nfu 0x123456\ncontinue")
    #expect(text.contains("error: S:3: in the commands of breakpoint "), "\(text)")
  }

  @Test func handlersSeeLinesThatWereExpected() throws {
    #expect(try run("on console /one/\necho handled\nend") == "")
    fixture.shell.consoleWatch.receive(Array("one\ntwo\nthr".utf8))
    #expect(
      try run("expect console /two/\nexpect console /thr/")
        == "handled\nexpected: console /two/\nexpected: console /thr/\n")
  }

  @Test func whatIsExpected() throws {
    fixture.target.script = [.exit(.wfi), .exit(.irq), .exit(.hypercall)]
    #expect(
      try run("expect exit hvc within 2 exits")
        == "error: S:1: assertion failed: expect exit hvc within 2 exits: not within 2 exits\n")
    #expect(fixture.shell.status == .assertionFailed)
    #expect(try fixture.session.breakpoints.all.isEmpty)
    fixture.target.script = [.exit(.wfi), .exit(.wfe)]
    #expect(
      try run("expect no exit wfe until console /a until b/").contains("such an exit occurred"))
    fixture.target.script = [.exit(.wfi), .ended(status: 0)]
    #expect(try run("expect exit smc").contains("the guest ended first"))
  }

  @Test func prefixCommandsDoNotNestWithoutAnEnd() throws {
    let depth = 1500
    let line =
      (0..<depth).map { "pipe -d Q\($0)x" }.joined(separator: " ") + " echo hi "
      + (0..<depth).reversed().map { "Q\($0)x cat" }.joined(separator: " ")
    #expect(try run(line).contains("more than 100 deep"))
  }
}
