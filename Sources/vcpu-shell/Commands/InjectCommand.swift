internal import VCpuDebug

/// `inject`: an exception or an interrupt for the guest.
enum InjectCommand: ShellCommand {
  static let name = "inject"
  static let usage = "undef|dabt|iabt|serror|irq|fiq [VALUE]"
  static let summary = "Raise an exception or an interrupt in the guest, and enter it."
  static let manual = """
    'undef', 'dabt' and 'iabt' are taken at once, at EL1's vector: an undefined instruction, an external abort
    of data, or of the fetch. VALUE is the address that FAR_EL1 gets; without one it is the address of the
    exit, where it has one (a fetch: the PC).

    'serror', 'irq' and 'fiq' are virtual interrupts, and there are some only where the physical ones are not
    the guest's own (HCR_EL2.AMO, IMO, FMO). One that the guest does not mask is taken at once. Another one is
    pending, by HCR_EL2.VSE, VI or VF, and the debugger withdraws VI and VF at the guest's vector. A guest that
    asks its GIC for the number reads 1023, a spurious interrupt. 'irq N' puts interrupt N into a free list
    register of the GIC instead; the guest's virtual CPU interface has to be on.

    \(GuestActionRun.manual)
    It works at the stop of 'catch entry' too, with what the hypervisor has answered.

      catch exit hvc
      continue
      inject undef
    """

  static let kinds = ["undef", "dabt", "iabt", "serror", "irq", "fiq"]

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let words = arguments.text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    let kind = words.first.map { $0.lowercased() } ?? ""
    let operand = try words.dropFirst().first.map { try GuestActionRun.value($0, in: shell) }
    let injection: GuestInjection
    switch kind {
    case "undef": injection = .undefined
    case "dabt": injection = .dataAbort(operand)
    case "iabt": injection = .instructionAbort(operand)
    case "serror": injection = .serror(try number(operand ?? 0, kind))
    case "irq": injection = .irq(try operand.map { try number($0, kind) })
    case "fiq": injection = .fiq
    default:
      throw ShellError(
        "'inject' takes one of \(kinds.map { "'\($0)'" }.joined(separator: ", "))")
    }
    guard operand == nil || !["undef", "fiq"].contains(kind) else {
      throw ShellError("'inject \(kind)' takes nothing more")
    }
    try GuestActionRun.run(.inject(injection), in: shell)
  }

  private static func number(_ value: UInt64, _ kind: String) throws -> UInt32 {
    guard let number = UInt32(exactly: value) else {
      throw ShellError("'inject \(kind)' takes a number of 32 bits at most")
    }
    return number
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(arguments.words.isEmpty ? kinds : Completer.expressionWords(shell))
  }
}
