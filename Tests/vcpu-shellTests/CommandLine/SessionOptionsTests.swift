import Testing

@testable import vcpu_shell

@Suite struct SessionOptionsTests {
  private static func steps(_ arguments: [String]) throws -> [SessionOptions.Step] {
    try SessionOptions.parse(arguments).steps(of: ["vcpu-shell", "launch"] + arguments)
  }

  @Test(
    arguments: [
      ([], []), (["-ex", "a"], [.command("a")]), (["-x", "f"], [.script("f")]),
      (["-x", "f", "-ex", "a", "-x", "g"], [.script("f"), .command("a"), .script("g")]),
      (
        ["-ex", "a", "--batch", "-x", "f", "-ex", "b"],
        [.command("a"), .script("f"), .command("b")]
      ),
      // Values that look like options.
      (["-ex", "x/4i $pc", "-x", "ex"], [.command("x/4i $pc"), .script("ex")]),
      (["-ex", "echo -x", "-x", "f"], [.command("echo -x"), .script("f")]),
      (["-q", "--rsp-log", "log", "-ex", "a"], [.command("a")]),
      (["-ex", "", "-x", "f"], [.command(""), .script("f")]),
    ] as [([String], [SessionOptions.Step])])
  func theOrderIsThatOfTheCommandLine(
    arguments: [String], steps: [SessionOptions.Step]
  ) throws {
    #expect(try Self.steps(arguments) == steps)
  }

  @Test func theEmulatorsArgumentsAreNotOurs() throws {
    let arguments = ["--qemu-arg", "-x", "--qemu-arg", "-ex", "-ex", "a", "-x", "f", "-ex", "b"]
    let launch = try LaunchCommand.parse(arguments)
    #expect(launch.qemuArg == ["-x", "-ex"])
    #expect(
      launch.options.steps(of: ["vcpu-shell", "launch"] + arguments) == [
        .command("a"), .script("f"), .command("b"),
      ])
  }

  /// An argument that the raw arguments don't show in its place isn't lost.
  @Test func nothingIsLost() throws {
    let options = try SessionOptions.parse(["-x", "f", "-ex", "a"])
    #expect(options.steps(of: []) == [.script("f"), .command("a")])
  }

  @Test func theOptions() throws {
    let options = try SessionOptions.parse(["--batch", "-q", "--no-history", "--rsp-log", "log"])
    #expect(options.batch && options.quiet && options.noHistory)
    #expect(options.rspLog == "log")
    let usual = try SessionOptions.parse([])
    #expect(!usual.batch && !usual.quiet && !usual.noHistory && usual.rspLog == nil)
  }

  /// The options belong to a group: the commands that have the group also validate it.
  @Test(
    arguments: [
      (["--batch"], "--batch ends before"), (["--format", "text"], "leave --format text out"),
    ])
  func aClientInJSONCannotBeAskedForSomethingElseToo(options: [String], words: String) throws {
    let arguments = options + ["--interpreter", "json"]
    let error = try #require(throws: (any Error).self) { try LaunchCommand.parse(arguments) }
    #expect(LaunchCommand.message(for: error).contains(words))
    #expect(LaunchCommand.exitCode(for: error) == .validationFailure)
    _ = try LaunchCommand.parse(options)
  }

  @Test func aClientInJSON() throws {
    let options = try SessionOptions.parse(["--interpreter", "json", "--format", "jsonl"])
    #expect(options.interpreter == .json && options.format == .jsonl)
    #expect(try SessionOptions.parse([]).format == nil)
  }
}
