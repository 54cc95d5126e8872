import Testing

@testable import vcpu_shell

@Suite struct ProgressTests {
  private static var terminal: OutputTraits {
    var traits = OutputTraits()
    traits.isTerminal = true
    traits.isErrorTerminal = true
    traits.keyboard = 0
    return traits
  }

  @Test func aPersonSeesItUntilSomethingElseIsShown() {
    let fixture = OutputFixture(Self.terminal)
    fixture.output.progress("dumping 10 of 20 MiB")
    fixture.output.progress("dumping 9 MiB")
    #expect(fixture.errors == "\rdumping 10 of 20 MiB\r\rdumping 9 MiB       \r")
    fixture.output.line("done")
    #expect(fixture.errors.hasSuffix("\r" + String(repeating: " ", count: 13) + "\r"))
    #expect(fixture.text == "done\n")
    let before = fixture.errors
    fixture.output.progress("")
    #expect(fixture.errors == before)
  }

  @Test func aFileAndAPipeGetNone() {
    let fixture = OutputFixture()
    fixture.output.progress("dumping 10 of 20 MiB")
    fixture.output.progress("")
    #expect(fixture.errors == "" && fixture.text == "")
  }

  @Test func aShortCommandShowsNone() {
    let fixture = OutputFixture(Self.terminal)
    var progress = Progress("dumping", total: 1 << 20, to: fixture.output)
    progress.note(1 << 19)
    progress.end()
    #expect(fixture.errors == "")
  }

  @Test(arguments: [
    (0, 5, "dumping 0 of 5 bytes"), (512, 4096, "dumping 512 of 4096 bytes"),
    (64 << 20, 256 << 20, "dumping 64 of 256 MiB"), (1 << 30, 4 << 30, "dumping 1024 of 4096 MiB"),
    (1, UInt64.max, "dumping 0 of 15 EiB"),
  ])
  func itsText(done: UInt64, total: UInt64, text: String) {
    #expect(Progress.text("dumping", done, of: total) == text)
  }
}
