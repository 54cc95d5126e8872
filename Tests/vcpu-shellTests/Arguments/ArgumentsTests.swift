import Testing
import VCpuDebug

@testable import vcpu_shell

/// A command with a parameter of each kind.
private enum Example: ShellCommand {
  static let name = "example"
  static let format = Parameter<FormatSpec?>.format()
  static let isBrief = Parameter<Bool>.flag("--brief", short: "-b")
  static let kind = Parameter<String>.choice(["red", "green"])
  static let value = Parameter<String?>.optionalExpression("[VALUE]")
  static let condition = Parameter<String?>.condition()
  static let parameters: [any AnyParameter] = [format, isBrief, kind, value, condition]
  static let summary = "An example."
  static let transcript = ""

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome { .done }
}

private enum Counted: ShellCommand {
  static let name = "counted"
  static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary = "An example."
  static let transcript = ""

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome { .done }
}

private enum Bare: ShellCommand {
  static let name = "bare"
  static let summary = "An example."
  static let transcript = ""

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome { .done }
}

@Suite struct ArgumentsTests {
  @Test func theUsageIsMadeOfTheParameters() {
    #expect(Example.usage == "[/FMT] [--brief] red|green [VALUE] [if EXPRESSION]")
    #expect(Counted.usage == "[N]")
    #expect(Bare.usage == "")
    #expect(Example.mayHaveOperators && !Counted.mayHaveOperators && !Bare.mayHaveOperators)
  }

  @Test func eachIsReadWhereverItStands() throws {
    let arguments = try Arguments("/2x red --brief $x0 + 1 if $x1 == 2", of: Example.self)
    #expect(arguments[Example.format] == FormatSpec(count: 2, letter: .hexadecimal))
    #expect(arguments[Example.isBrief])
    #expect(arguments[Example.kind] == "red")
    #expect(arguments[Example.value] == "$x0 + 1")
    #expect(arguments[Example.condition] == "$x1 == 2")
    let few = try Arguments("  GREEN  ", of: Example.self)
    #expect(few[Example.format] == nil && !few[Example.isBrief] && few[Example.kind] == "green")
    #expect(few[Example.value] == nil && few[Example.condition] == nil)
  }

  @Test(arguments: [
    ("", "'example' takes one of 'red', 'green'"),
    ("blue", "'example' takes one of 'red', 'green'"),
    ("red if", "'if' needs an expression, such as $x0 == 1"),
  ])
  func errors(text: String, words: String) {
    #expect(throws: ShellError(words)) { try Arguments(text, of: Example.self) }
  }

  @Test(arguments: [("", nil), ("1", 1), (" 12 ", 12)])
  func counts(text: String, count: Int?) throws {
    #expect(try Arguments(text, of: Counted.self)[Counted.count] == count)
  }

  @Test(arguments: ["0", "-1", "x", "1 2", "0x10", "99999999999999999999", "/x"])
  func wrongCounts(text: String) {
    #expect(throws: ShellError("'counted' takes a number of at least 1, not '\(text)'")) {
      try Arguments(text, of: Counted.self)
    }
  }

  @Test(arguments: ["1", "/x", "--brief"])
  func noArguments(text: String) {
    #expect(throws: ShellError("'bare' takes no arguments")) {
      try Arguments(text, of: Bare.self)
    }
  }

  @Test func theWordsThatMayComeNext() throws {
    let shell = try ShellFixture().shell
    #expect(Example.completion(after: "", in: shell) == .words(["--brief", "if", "red", "green"]))
    guard case .wordsAndSymbols(let words) = Example.completion(after: "/x red", in: shell) else {
      Issue.record("there are no words")
      return
    }
    #expect(words.contains("$x0") && !words.contains("green"))
    #expect(Bare.completion(after: "", in: shell) == .words([]))
  }
}

@Suite struct ConditionSplittingTests {
  @Test(
    arguments: [
      ("mmio-write", "mmio-write", nil), ("", "", nil), ("hvc if $x0 == 1", "hvc", "$x0 == 1"),
      ("if 1", "", "1"), ("if(1)", "", "(1)"), ("hvc if($x0)", "hvc", "($x0)"),
      ("hvc if", "hvc", ""), ("if", "", ""),
      // Inside words it isn't an option.
      ("mmio-if x", "mmio-if x", nil), ("mmio-if if 1", "mmio-if", "1"), ("iffy", "iffy", nil),
      ("notify", "notify", nil), ("notify if iffy", "notify", "iffy"), ("elif 1", "elif 1", nil),
      ("if_start if 2", "if_start", "2"),
      // The first one counts.
      ("a if b if c", "a", "b if c"), ("a\tif\tb", "a", "b"),
      ("*main + 4 if  x ", "*main + 4", "x"),
    ] as [(String, String, String?)])
  func splits(text: String, rest: String, condition: String?) {
    var scanner = ArgumentScanner(text, of: "catch exit")
    #expect(scanner.takeCondition() == condition)
    #expect(scanner.rest == rest)
  }
}
