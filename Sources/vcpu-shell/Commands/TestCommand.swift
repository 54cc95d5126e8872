/// `test`: runs statements as a test.
enum TestCommand: ShellCommand {
  static let name = "test"
  private static let testName = Parameter<String>.text("\"NAME\"")
  static let parameters: [any AnyParameter] = [testName]
  static let summary = "Run the lines that follow, up to 'end', as a named test."
  static let block = BlockKind.statements()
  static let manual = """
    The first line that fails ends the test but not the script; the program's exit status is then that of the
    failure, 3 for an assertion. A 'timeout' in a test ends with it. --tap and --junit FILE report the tests.
    'run' as the first line begins at reset.

      test "the UART is written first"
        run
        expect exit mmio-write if $exit.ipa == 0x9000000 within 10 exits
        assert $exit.width == 4 "a word"
      end
    """

  static let transcript = """
    (vcpu) test "the sum is right"
    > assert 1 + 1 == 2
    > end
    ok 1 - the sum is right
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let words = try ScriptArguments(parsing: arguments[testName]).words
    guard !words.isEmpty else { throw ShellError("'test' needs a name, such as \"boots\"") }
    return .test(name: words.joined(separator: " "), arguments.block.statements)
  }
}
