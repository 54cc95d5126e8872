internal import ArmVCpu
internal import VCpuDebug

/// `translate --hardware`: what the CPU itself makes of an address.
enum TranslateCommand: ShellCommand {
  static let name = "translate"
  private static let hardware = Parameter<Bool>.flag("--hardware", isRequired: true)
  private static let address = Parameter<String?>.optionalExpression("[SPACE:]ADDRESS")
  private static let access = Parameter<[String]>(
    "[read|write] [el0]", .suffix, complete: { _ in .words(["read", "write", "el0"]) }
  ) { scanner in
    var words: [String] = []
    while let word = scanner.takeLast(of: ["read", "write", "el0"]) { words.append(word) }
    return words
  }
  static let parameters: [any AnyParameter] = [hardware, address, access]
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

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard arguments[hardware] else {
      throw ShellError("'translate' takes '--hardware': it asks the CPU")
    }
    guard let text = arguments[address] else {
      throw ShellError("'translate --hardware' needs an address")
    }
    let address = try shell.evaluating(text) { try session.value(of: $0) }
    let space = try session.expressions.space(of: address)
    let translated = try session.agent.translation(
      of: address.bits, in: space, isWrite: arguments[access].contains("write"),
      isEL0: arguments[access].contains("el0"))
    return .answer(TranslationAnswer(translated))
  }
}
