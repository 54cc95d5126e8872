import Glibc
import Testing

@testable import vcpu_shell

@Suite struct OutputTests {
  private let escape = "\u{1b}["

  // MARK: Colors

  private func traits(
    isTerminal: Bool = true, isErrorTerminal: Bool = true, allowsColors: Bool = true
  ) -> OutputTraits {
    var traits = OutputTraits()
    traits.isTerminal = isTerminal
    traits.isErrorTerminal = isErrorTerminal
    traits.allowsColors = allowsColors
    return traits
  }

  @Test func coloursAreForTerminals() {
    for (color, isTerminal, allowsColors, expected) in [
      (ColorChoice.auto, true, true, true), (.auto, false, true, false),
      (.auto, true, false, false),
      (.always, false, false, true), (.never, true, true, false),
    ] {
      let fixture = OutputFixture(
        traits(isTerminal: isTerminal, isErrorTerminal: isTerminal, allowsColors: allowsColors))
      fixture.output.color = color
      fixture.output.line("\(42, .address)")
      fixture.output.error("wrong")
      fixture.output.warning("odd")
      #expect(fixture.text == (expected ? "\(escape)36m42\(escape)0m\n" : "42\n"))
      #expect(
        fixture.errors
          == (expected
            ? "\(escape)1;31merror: \(escape)0mwrong\n\(escape)1;35mwarning: \(escape)0modd\n"
            : "error: wrong\nwarning: odd\n"))
      #expect(fixture.output.isStyled == expected)
    }
  }

  @Test func eachStreamIsAskedItself() {
    let fixture = OutputFixture(traits(isErrorTerminal: false))
    fixture.output.error("wrong")
    #expect(fixture.errors == "error: wrong\n")
    #expect(fixture.output.isStyled && !fixture.output.isErrorStyled)
  }

  @Test func stylesAreSwitched() {
    let output = OutputFixture(traits()).output
    output.isStyled = false
    #expect(!output.isStyled && !output.isErrorStyled)
    output.isStyled = true
    #expect(output.isStyled)
    // That doesn't give a terminal colors.
    let plain = OutputFixture(traits(isTerminal: false)).output
    plain.isStyled = true
    #expect(!plain.isStyled)
    plain.color = .always
    plain.isStyled = true
    #expect(plain.isStyled)
  }

  @Test func aWidthIsTheTerminalsOrAPersons() {
    var traits = traits()
    let output = OutputFixture(traits).output
    #expect(output.width == 80)
    traits.size = { (rows: 24, columns: 132) }
    let wide = OutputFixture(traits).output
    #expect(wide.width == 132)
    wide.chosenWidth = 100
    #expect(wide.width == 100)
    wide.chosenWidth = 0
    #expect(wide.width == .max)
  }

  // MARK: Text from others

  @Test func consoleLinesAreMarked() {
    let fixture = OutputFixture()
    fixture.output.console(Array("a\r\n\u{1b}[2Jerror: b\rc\n\n".utf8) + [0xff])
    #expect(fixture.text == "guest| a\nguest| \\e[2Jerror: b\\rc\nguest| \nguest| \\xff\n")
    fixture.output.console([])
    fixture.output.liveConsole(Array("\u{1b}[2J".utf8))
    #expect(fixture.text.hasSuffix("\\xff\n\u{1b}[2J"))
  }

  /// A message of several lines is one message: none of its lines looks like another message.
  @Test func messagesAreMadeVisible() {
    let fixture = OutputFixture()
    fixture.output.error("no symbol '\u{1b}]0;x\u{7}'\nerror: forged\n  ^\n")
    #expect(fixture.errors == "error: no symbol '\\e]0;x\\x07'\n  error: forged\n  ^\n\n")
  }

  // MARK: The log

  @Test func whatIsShownIsLogged() throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture(traits())
    let output = fixture.output
    output.line("before")
    try output.log(to: folder.path + "/log")
    output.line("\(1, .address)")
    output.error("wrong")
    output.console(Array("guest\n".utf8))
    output.liveConsole(Array("\u{1b}[1mli".utf8))
    output.liveConsole(Array("ve\r\nhalf".utf8))
    output.log(["(vcpu) typed"])
    try output.log(to: nil)
    output.line("after")
    #expect(
      try folder.text(of: "log")
        == "1\nerror: wrong\nguest| guest\nguest| \\e[1mlive\n(vcpu) typed\nguest| half\n")
    // The existing contents of a log are kept.
    try output.log(to: folder.path + "/log")
    output.line("more")
    #expect(try folder.text(of: "log").hasSuffix("half\nmore\n"))
    #expect(!fixture.text.contains("typed"))
  }

  @Test func aLogThatCannotBeWritten() throws {
    let fixture = OutputFixture()
    let error = #expect(throws: OutputError.self) { try fixture.output.log(to: "/nowhere/log") }
    #expect(
      error?.description == "cannot write the log to /nowhere/log: No such file or directory")
    try fixture.output.log(to: "/dev/full")
    fixture.output.line("a")
    fixture.output.line("b")
    #expect(fixture.text == "a\nb\n")
    #expect(
      fixture.errors == "warning: cannot write the log to /dev/full: No space left on device\n")
  }

  // MARK: Failures

  @Test func aFailureIsToldOnce() {
    var codes: [Int32] = []
    let output = Output(traits: OutputTraits()) { _, _ in .failed(5) }
    output.onFailure = { codes.append($0) }
    output.line("a")
    output.line("b")
    #expect(codes == [5])
  }

  /// A line cut off by a signal isn't joined with the next one.
  @Test func aCutLineStandsAlone() {
    var written: [String] = []
    var outcomes: [StreamWriter.Outcome] = [
      .dropped(isWithinLine: true), .written, .dropped(isWithinLine: false),
    ]
    let output = Output(traits: OutputTraits()) { bytes, _ in
      written.append(String(decoding: bytes, as: UTF8.self))
      return outcomes.isEmpty ? .written : outcomes.removeFirst()
    }
    output.line("a")
    #expect(output.takeLoss() && !output.takeLoss())
    for text in ["b", "c", "d"] { output.line(text) }
    #expect(written == ["a\n", "\nb\n", "c\n", "d\n"])
  }
}

@Suite struct OutputTraitsTests {
  @Test func aPagerIsTheOneThatAPersonWants() throws {
    let folder = try ScratchFolder()
    #expect(OutputTraits.pager("most -s", path: folder.path) == "most -s")
    #expect(OutputTraits.pager("", path: "/usr/bin") == nil)
    #expect(OutputTraits.pager("cat", path: "/usr/bin") == nil)
    #expect(OutputTraits.pager(nil, path: folder.path) == nil)
    symlink("/bin/true", folder.path + "/less")
    #expect(OutputTraits.pager(nil, path: "/nowhere:" + folder.path) == "less -FRX")
  }
}
