internal import VCpuDebug

/// Where `x` goes on and how it shows memory.
struct Examination: Equatable {
  var letter = FormatLetter.hexadecimal
  var size = UnitSize.word
  var next: Value?
}

/// `x`: memory.
enum ExamineCommand: ShellCommand {
  static let name = "x"
  static let usage = "[/FMT] [ADDRESS]"
  static let summary = "Show memory: of the guest, the hypervisor, or by physical address."
  static let manual = """
    FMT is a count, a format (x d u o t a c s i z) and a size (b h w g), as in GDB. Without an address it
    goes on where it ended. The address space is the one of the address: at an exit $pc is the guest's,
    and a prefix says it for any: hv: guest: ipa: pa:.

      x/4i $pc
      x/8xg $sp
      x/s guest:0x40200400
      x/2i hv:vmexit_trampoline
      x/4xw ipa:0x40200000
    """
  static let isRepeatable = true

  /// Goes on behind what was shown, in the same format.
  static func repetition(of line: String, _ arguments: CommandArguments) -> String {
    name + (arguments.format ?? "")
  }

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireStopped()
    let format = try FormatSpec(parsing: arguments.format ?? "")
    var examination = shell.examination
    if let letter = format.letter { examination.letter = letter }
    if let size = format.size { examination.size = size }
    if format.letter == .address, format.size == nil {
      examination.size = session.architecture.addressByteCount == 8 ? .giant : .word
    }
    if format.letter == .character, format.size == nil { examination.size = .byte }
    if !arguments.text.isEmpty {
      examination.next = try shell.evaluating(arguments.text) { try session.value(of: $0) }
    }
    guard let start = examination.next else {
      throw ShellError("'x' needs an address the first time")
    }
    var memory = MemoryText(session: session, disassembler: shell.disassembler)
    memory.checkInterrupt = shell.checkInterrupt
    let space = try session.expressions.space(of: start)
    let next = try memory.show(
      examination, count: format.count ?? 1, at: start.bits, in: space, on: shell.output)
    examination.next = Value(next, addressSpace: space, displayType: .address)
    shell.examination = examination
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(Completer.expressionWords(shell))
  }
}
