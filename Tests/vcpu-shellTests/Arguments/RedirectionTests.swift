import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct RedirectionTests {
  @Test(
    arguments: [
      ("", "", nil), ("--brief", "--brief", nil),
      ("| grep ISV", "", .pipe("grep ISV")),
      ("--brief|sort|head >x", "--brief", .pipe("sort|head >x")),
      ("> a b", "", .file("a b", append: false)), ("x0>>a", "x0", .file("a", append: true)),
      ("> a|b", "", .file("a|b", append: false)),
    ] as [(String, String, Sink?)])
  func texts(text: String, arguments: String, sink: Sink?) throws {
    let (own, found) = try Redirection.split(text)
    #expect(own == arguments)
    #expect(found == sink)
  }

  @Test(
    arguments: [
      ("| ", "'|' needs a shell command, such as 'less'"),
      (">", "'>' needs the path of a file"), ("x0 >> ", "'>>' needs the path of a file"),
      ("> a | cat", "an answer goes to one file or to one command, not to 'a | cat'"),
    ])
  func errors(text: String, words: String) {
    #expect(throws: ShellError(words)) { try Redirection.split(text) }
  }

  // MARK: In a session

  @Test func answersGoElsewhere() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/answer"
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(fixture.run("info exit -b | tr a-z A-Z").contains("MMIO-WRITE OF 4 BYTES"))
    #expect(fixture.run("info exit -b > \(path)") == "")
    #expect(try folder.text(of: "answer").hasPrefix("#1   vcpu 0"))
    #expect(fixture.run("info breakpoints >> \(path)") == "")
    #expect(try folder.text(of: "answer").hasSuffix("\nNo breakpoints or catchpoints.\n"))
    #expect(fixture.run("info exit --json | grep -c '^{.*}$'") == "1\n")
    #expect(fixture.shell.status == .ok)
  }

  /// `>` and `|` that belong to an expression or a text aren't redirections.
  @Test func operatorsOfExpressionsStayTheirs() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(fixture.run("print 1 | 2") == "3\n")
    #expect(fixture.run("print 2 > 1") == "1\n")
    #expect(fixture.run("echo a | b > c") == "a | b > c\n")
    #expect(fixture.run("catch exit if $x0 > 1").contains("exit any if $x0 > 1"))
  }

  @Test func pipesByName() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(fixture.run("pipe print 40 + 2 | sed s/0x//") == "2a (42)\n")
    #expect(fixture.run("| print 42 | sed s/0x//") == "2a (42)\n")
    #expect(fixture.run("|print 42|sed s/0x//") == "2a (42)\n")
    #expect(fixture.run("pipe -d END print 40 | 2 END sed s/0x//") == "2a (42)\n")
    #expect(fixture.run("pipe -d  , print 1 , cat | tr 1 2") == "2\n")
    #expect(fixture.run("pipe -d END pipe print 1 | sed s/1/12/ END sed s/12/3/") == "3\n")
    #expect(fixture.run("pipe --json print 1 | grep -c kind") == "1\n")
  }

  @Test(
    arguments: [
      ("pipe", "'pipe' needs a '|' between the commands"),
      ("pipe print 1", "'pipe' needs a '|' between the commands"),
      ("pipe | cat", "'pipe' needs a command before '|'"),
      ("pipe print 1 |", "'|' needs a shell command, such as 'less'"),
      ("pipe -d ", "'pipe' needs a '|' between the commands"),
      ("pipe -d END print 1 | cat", "'pipe' needs a 'END' between the commands"),
      ("pipe nonsense | cat", "no command 'nonsense': 'help' lists them"),
      ("info exit | exit 127", "cannot run 'exit 127': status 127"),
      ("info exit > /dev/full", "cannot write to /dev/full: No space left on device"),
      ("info exit >", "'>' needs the path of a file"),
    ])
  func whatIsWrongIsTold(line: String, words: String) throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(fixture.run(line) == "error: \(words)\n")
    #expect(fixture.shell.status == .commandFailed)
  }

  /// A file isn't emptied by an unknown command.
  @Test func aFileIsLeftByAnErrorOfTheArguments() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/answer"
    let fixture = try ShellFixture(at: .mmioWrite)
    fixture.run("info exit > \(path)")
    let before = try folder.text(of: "answer")
    #expect(fixture.run("info exit nonsense > \(path)").hasPrefix("error: 'info exit' takes"))
    #expect(try folder.text(of: "answer") == before)
    fixture.run("info breakpoints > \(folder.path)")
    #expect(fixture.shell.status == .commandFailed)
  }

  /// A run's stops are part of a command's output, but the console isn't.
  @Test func aRunGoesElsewhere() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    #expect(fixture.run("pipe continue | grep -c 'exit 1,'", .exit(.wfi)) == "1\n")
  }

  @Test func settings() throws {
    let folder = try ScratchFolder()
    let fixture = try ShellFixture(at: .mmioWrite)
    let output = fixture.shell.output
    #expect(fixture.run("set pagination off") == "")
    #expect(!output.isPaged)
    fixture.run("set pagination")
    #expect(output.isPaged)
    output.color = .always
    #expect(fixture.run("set style enabled off") == "")
    #expect(output.color == .never)
    fixture.run("set style enabled on")
    #expect(output.color == .auto)
    #expect(fixture.run("set width 20") == "")
    #expect(fixture.run("echo one two three four five") == "one two three four\n    five\n")
    fixture.run("set width unlimited")
    #expect(fixture.run("echo one two three four five") == "one two three four five\n")
    #expect(fixture.run("set width x").hasPrefix("error: 'set width' takes"))
    #expect(fixture.run("set pagination x").hasPrefix("error: 'set pagination' takes"))
    #expect(fixture.run("log \(folder.path)/log") == "")
    fixture.run("print 1")
    fixture.run("print $nothing")
    fixture.run("log off")
    fixture.run("print 2")
    let log = try folder.text(of: "log")
    #expect(log.hasPrefix("1\nerror: ") && !log.contains("2\n"))
  }
}
