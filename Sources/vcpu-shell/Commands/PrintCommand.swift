internal import VCpuDebug

/// `print`: shows the value of an expression.
enum PrintCommand: ShellCommand {
  static let name = "print"
  static let aliases = ["p", "pr", "inspect"]
  private static let format = Parameter<FormatSpec?>.format()
  private static let expression = Parameter<String>.expression()
  private static let isPretty = Parameter<Bool>.flag("-pretty")
  static let parameters: [any AnyParameter] = [isPretty, format, expression]
  static let summary = "Show the value of an expression: registers, exit, symbols, memory."
  static let manual = """
    Expressions have C's operators and rules, with an int of 64 bits. Registers begin with $: at the stop of
    'catch exit' $x0, $sp and $pc are the guest's; $guest.x0 and $hv.x0 always say which. System registers have
    their usual names, with fields after a dot, and the exit has its own fields:

      print $x1
      print /x $esr_el2.ec
      print $exit.ipa + 8
      print *(hv:vmexit_trampoline)
      print *(uint32_t *)(guest:$pc)
      print (int32_t)$x0 < 0
      print $esr_el2[31:26]
      print $count = 5

    Casts and loads use C's type names; 'x[high:low]' selects bits. The value of a field that holds an address
    without its low bits is the whole address; '.raw' after it means the field's bits: $vttbr_el2.baddr.raw.
    $d0, $s0, $h0 and $b0 are the low bits of a vector register, and $v0.d[1], $v0.b.s[3] its elements, as the
    stub names them. An assignment takes effect; any other name after $ is a variable. The printed values are
    $1, $2 and so on; the last one is $, the one before it $$. docs/scripting.md has the rules.

    Formats: x d u o t a c z.
    """

  static let transcript = """
    (vcpu) print $exit.kind
    mmio-write
    (vcpu) print $x1
    0x100000041 (4294967361)
    (vcpu) print /t $esr_el2.ec
    100100
    (vcpu) print $pc
    guest:0x40200010 <store32>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let format = arguments[format]
    guard format?.count == nil, format?.size == nil else {
      throw ShellError("'print' takes only a format letter, such as /x; 'x' shows memory")
    }
    if format == nil, let wide = try wideRegister(arguments[expression], in: shell) {
      return .answer(wide)
    }
    let result = try shell.evaluating(arguments[expression]) {
      try session.expressions.evaluate($0)
    }
    // A value that can't be shown in the format isn't in the history.
    let variables = session.expressions.variables
    let answer = try ValueAnswer(
      result.value, as: format?.letter, isPretty: arguments[isPretty],
      number: variables.history.count + 1,
      in: session)
    variables.record(result.value)
    return .answer(answer)
  }

  /// A register that doesn't fit an expression's number, as `info registers` shows it; nil for anything else.
  private static func wideRegister(_ text: String, in shell: Shell) throws -> RegistersAnswer? {
    guard text.hasPrefix("$"), let session = shell.session,
      session.registers.wideRegister(named: String(text.dropFirst())) != nil
    else { return nil }
    try session.requireStopped()
    let reader = RegisterReader(session: session, check: shell.checkInterrupt)
    return RegistersAnswer(sections: [try reader.named(String(text.dropFirst()), in: nil)])
  }
}
