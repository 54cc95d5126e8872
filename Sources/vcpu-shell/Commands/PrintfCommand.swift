/// `printf`: formatted text.
enum PrintfCommand: ShellCommand {
  static let name = "printf"
  private static let text = Parameter<String>.expression(
    "\"FORMAT\"[, EXPRESSION…]", "needs a format, such as \"%d\\n\", $x0")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Print a text with values in it, as in C."
  static let worksWhileRunning = true
  static let manual = """
    The conversions are C's for integers (%d %i %u %x %X %o %c), with flags, width and precision; lengths such
    as l are allowed and ignored: every value has 64 bits. %p is an address. %s is a text in quotes, a
    word such as an exit's kind, or the text in memory at an address, up to its zero byte. %% is a %.

      printf "x0 is %#lx at exit %d: %s\\n", $x0, $exit.count, $exit.kind
    """

  static let transcript = """
    (vcpu) printf "%s of %d bytes to %#x\\n", $exit.kind, $exit.width, $exit.ipa
    mmio-write of 4 bytes to 0x9000000
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(PrintedAnswer(text: try FormattedText(parsing: arguments[text]).text(in: shell)))
  }
}
