/// `pipe`: sends an answer to a shell command.
enum PipeCommand: ShellCommand {
  static let name = "pipe"
  static let aliases = ["|"]
  private static let text = Parameter<String>.text("[-d DELIM] COMMAND | SH-COMMAND")
  static let parameters: [any AnyParameter] = [text]
  static let summary = "Send a command's answer to a command of the system's shell."
  static let manual = """
    COMMAND runs first, and 'sh -c SH-COMMAND' gets its output. The first | ends COMMAND; a command that
    contains a |, as an expression may, needs another delimiter.

    Commands that take no expression and no text may simply be followed by '| SH-COMMAND', by '> FILE' or, to
    append to a file, by '>> FILE'.

      pipe info exit | grep ISS
      pipe -d END x/4xg hv:0x40404000 | 8 END sort
      info exit > exit.txt
    """

  static let transcript = """
    (vcpu) pipe info exit | grep ISV
        24       ISV         0x1       instruction syndrome valid
    (vcpu) info exit | head -n 1
    exit 1, vcpu 0: mmio-write of 4 bytes: 0x41 from w1 to IPA 0x9000000
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    var text = Substring(arguments[text])
    var delimiter = "|"
    if text.hasPrefix("-d"), text.dropFirst(2).first?.isWhitespace == true {
      text = text.dropFirst(2).drop(while: \.isWhitespace)
      delimiter = String(text.prefix { !$0.isWhitespace })
      text = text.dropFirst(delimiter.count)
      guard !delimiter.isEmpty else {
        throw ShellError("'-d' needs the delimiter between the commands")
      }
    }
    guard let range = text.firstRange(of: delimiter) else {
      throw ShellError("'pipe' needs a '\(delimiter)' between the commands")
    }
    let command = text[..<range.lowerBound].trimmed
    guard !command.isEmpty else { throw ShellError("'pipe' needs a command before '\(delimiter)'") }
    return .line(command, try Redirection.pipe(to: text[range.upperBound...]))
  }
}
