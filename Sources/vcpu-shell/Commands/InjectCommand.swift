internal import VCpuDebug

/// `inject`: an exception or an interrupt for the guest.
enum InjectCommand: ShellCommand {
  static let name = "inject"
  static let actsOnTarget = true
  private static let what = Parameter<String>.choice([
    "undef", "dabt", "iabt", "serror", "irq", "fiq",
  ])
  private static let value = Parameter<String?>.optionalExpression("[VALUE]")
  static let parameters: [any AnyParameter] = [what, value]
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

  static let transcript = """
    (vcpu) inject undef
    injected: undefined instruction, esr_el1 0x2000000, elr_el1 0x40200070, spsr_el1 0x3c5; the guest goes on at 0x200
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let kind = arguments[what]
    let operand = try arguments[value].map { try GuestActionRun.value($0, in: shell) }
    let injection: GuestInjection
    switch kind {
    case "undef": injection = .undefined
    case "dabt": injection = .dataAbort(operand)
    case "iabt": injection = .instructionAbort(operand)
    case "serror": injection = .serror(try number(operand ?? 0, kind))
    case "irq": injection = .irq(try operand.map { try number($0, kind) })
    default: injection = .fiq
    }
    guard operand == nil || !["undef", "fiq"].contains(kind) else {
      throw ShellError("'inject \(kind)' takes nothing more")
    }
    return try GuestActionRun.run(.inject(injection), in: shell)
  }

  private static func number(_ value: UInt64, _ kind: String) throws -> UInt32 {
    guard let number = UInt32(exactly: value) else {
      throw ShellError("'inject \(kind)' takes a number of 32 bits at most")
    }
    return number
  }
}
