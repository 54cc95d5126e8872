internal import ArmVCpu
internal import VCpuDebug

/// `translate --hardware`: the CPU's own translation of an address.
enum TranslateCommand: ShellCommand {
  static let name = "translate"
  static let actsOnTarget = true
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
  static let summary = "Have the CPU translate an address."
  static let manual = """
    At a stop at EL2 the CPU executes AT instructions, and their result in PAR_EL1 is shown decoded; then the
    guest's value of PAR_EL1 is restored. A guest's address is translated by stage 1 first, then by both stages;
    'hv:' is an address of EL2. 'ipa:' works while the guest's stage 1 is off. The access is a read by the
    kernel, unless the words after the address say otherwise.

      translate --hardware guest:$guest.pc
      translate --hardware guest:0xffff800008000000 write
      translate --hardware guest:0x400000 read el0
      translate --hardware hv:$hv.pc
    """

  static let transcript = """
    (vcpu) translate --hardware guest:$guest.pc
    guest:0x40200010 -> a fault  (AT S1E1R: PAR_EL1 0x1)
      63:48  IMPDEF       0x0  0b0000000000000000  IMPLEMENTATION DEFINED
      15     DirtyBit     0x0  0b0                 not due to dirty state
      14     Overlay      0x0  0b0                 not due to overlay permissions
      13     TopLevel     0x0  0b0                 not due to TopLevel permissions
      12     AssuredOnly  0x0  0b0                 not due to AssuredOnly permissions
      11     RES1         0x0  0b0                 reserved bits are clear
      9      S            0x0  0b0                 stage 1 fault
      8      PTW          0x0  0b0                 not during a stage 1 table walk
      6:1    FST          0x0  0b000000            address size fault, level 0 or translation table base
      0      F            0x1  0b1                 the translation failed
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard arguments[hardware] else {
      throw ShellError("'translate' needs '--hardware': the CPU translates the address")
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
