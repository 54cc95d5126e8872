internal import ArmVCpu
internal import VCpuDebug

/// `translate --hardware`: what the CPU itself makes of an address.
enum TranslateCommand: ShellCommand {
  static let name = "translate"
  static let usage = "--hardware [SPACE:]ADDRESS [read|write] [el0]"
  static let summary = "Ask the CPU where an address leads."
  static let manual = """
    The CPU executes AT instructions, at a stop at EL2, and their answer in PAR_EL1 is shown decoded; then
    PAR_EL1, which is the guest's, gets its value back. A guest's address goes through stage 1 first, then
    through both stages; 'hv:' is an address of EL2. 'ipa:' can be asked for while the guest's stage 1 is off.
    The access is a read by the kernel, or what the words after the address say.

      translate --hardware guest:$guest.pc
      translate --hardware guest:0xffff800008000000 write
      translate --hardware guest:0x400000 read el0
      translate --hardware hv:$hv.pc
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireStopped()
    var words = arguments.words
    guard let flag = words.firstIndex(of: "--hardware") else {
      throw ShellError("'translate' takes '--hardware': it asks the CPU")
    }
    words.remove(at: flag)
    var isEL0 = false
    var isWrite = false
    while let last = words.last?.lowercased(), ["read", "write", "el0"].contains(last) {
      words.removeLast()
      if last == "el0" { isEL0 = true } else { isWrite = last == "write" }
    }
    guard !words.isEmpty else { throw ShellError("'translate --hardware' needs an address") }
    let address = try shell.evaluating(words.joined(separator: " ")) {
      try session.value(of: $0)
    }
    let space = try session.expressions.space(of: address)
    let translated = try session.agent.translation(
      of: address.bits, in: space, isWrite: isWrite, isEL0: isEL0)
    for line in TranslationText.lines(translated) { shell.output.line(line) }
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(
      arguments.words.isEmpty
        ? ["--hardware"] : ["read", "write", "el0"] + Completer.expressionWords(shell))
  }
}
