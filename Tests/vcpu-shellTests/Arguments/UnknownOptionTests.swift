import Testing

@testable import vcpu_shell

/// The error calls an option that a command doesn't have an option, not a register or a number.
@Suite struct UnknownOptionTests {
  @Test(arguments: CommandTable.standard.commands.filter { !$0.takesText }.map { $0.name })
  func isNamed(name: String) throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(
      fixture.run("\(name) --nonsense")
        == "error: '\(name)' has no option '--nonsense': 'help \(name)' shows its usage\n")
    #expect(fixture.target.trace == [])
  }

  @Test func amongOtherWords() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(
      fixture.run("info registers x0 --all --json")
        == "error: 'info registers' has no option '--all': 'help info registers' shows its usage\n")
  }

  /// Two dashes are two signs where an expression continues, and what follows `--` isn't an option.
  @Test(arguments: [("print 1 --1", 2), ("print --1", 1), ("print -- --1", 1)])
  func anExpressionMayHaveTwoSigns(line: String, value: Int) throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    #expect(fixture.run(line).contains("\(value)"), "\(line)")
  }

  @Test func aTextIsTakenAsItIs() throws {
    #expect(try ShellFixture().run("echo --nonsense").hasPrefix("--nonsense"))
  }
}
