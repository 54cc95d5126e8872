import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct OutputOptionsTests {
  @Test(
    arguments: [
      ("", false, ""), ("$x0 + 1", false, "$x0 + 1"), ("--json", true, ""),
      ("--json $x0  + 1", true, "$x0  + 1"), ("$x0  + 1 --json", true, "$x0  + 1"),
      ("--format json /x $x0", true, "/x $x0"), ("$x0 --format  json", true, "$x0"),
      ("--json $x0 --format text", false, "$x0"), ("$x0 --jsonx", false, "$x0 --jsonx"),
      ("$x0--json", false, "$x0--json"), ("--format json", true, ""),
      ("1 --format text --json", true, "1"), ("/x --json $x0", true, "/x $x0"),
      ("/x $x0 --json", true, "/x $x0"), ("-- --json", false, "--json"),
      ("--json -- $x0", true, "$x0"),
    ] as [(String, Bool, String)])
  func ofACommandWithAnExpression(text: String, isJSON: Bool, rest: String) throws {
    let options = try OutputOptions(text, of: PrintCommand.self)
    #expect(options.isJSON == isJSON)
    #expect(options.rest == rest)
  }

  /// A text is taken unchanged, except for options at its beginning.
  @Test(
    arguments: [
      ("--json a", true, "a"), ("a --json", false, "a --json"), ("--format text --json", true, ""),
      ("-- --json", false, "--json"),
      ("--json -- --json", true, "--json"), ("/x --json", false, "/x --json"),
    ] as [(String, Bool, String)])
  func ofACommandWithAText(text: String, isJSON: Bool, rest: String) throws {
    let options = try OutputOptions(text, of: EchoCommand.self)
    #expect(options.isJSON == isJSON)
    #expect(options.rest == rest)
  }

  @Test(arguments: [
    ("--format", "'--format' needs 'json' or 'text'"),
    ("1 --format", "'--format' needs 'json' or 'text'"),
    ("--format xml 1", "no format 'xml': use 'json' or 'text'"),
    ("1 --format xml", "no format 'xml': use 'json' or 'text'"),
  ])
  func errors(text: String, words: String) {
    #expect(throws: ShellError(words)) { try OutputOptions(text, of: PrintCommand.self) }
  }

  @Test func answersAndStopsAreLines() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    let value = fixture.run("print --json $x1")
    let type = #""type":"uint64_t","number":1"#
    #expect(
      value == #"{"kind":"value","text":"0x100000041 (4294967361)","value":"0x100000041",\#(type)}"#
        + "\n")
    #expect(fixture.run("info exit --json").hasPrefix(#"{"kind":"exit","class":"mmio-write","#))
    #expect(fixture.run("catch exit --format json").hasPrefix(#"{"kind":"breakpoint","#))
    #expect(
      fixture.run("delete --json").contains(#""change":"deleted","breakpoints":[{"number":1"#))
    let stop = fixture.run("stepi --json", .at(FixtureImages.handler, level: 2))
    #expect(stop.hasPrefix(#"{"kind":"stop","reason":"step","#) && stop.hasSuffix("}\n"))
    #expect(fixture.run("print --json 1 +").hasPrefix("error: "))
    #expect(fixture.run("print 1") == "1\n")
  }
}
