internal import VCpuDebug

/// `inject`: raises an exception or an interrupt in the guest.
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
    'undef', 'dabt' and 'iabt' are taken immediately, at EL1's vector: an undefined instruction, an external
    data abort, or an external instruction abort. VALUE is the address for FAR_EL1; the default is the exit's
    address, if it has one (for a fetch the PC).

    'serror', 'irq' and 'fiq' are virtual interrupts, which exist only if the guest does not get the physical
    ones (HCR_EL2.AMO, IMO, FMO). One that the guest does not mask is taken immediately. A masked one is
    made pending with HCR_EL2.VSE, VI or VF, and the debugger clears VI and VF at the guest's vector. A guest
    that reads the number from its GIC gets 1023, a spurious interrupt. 'irq N' puts interrupt N into a free
    list register of the GIC instead; the guest's virtual CPU interface must be on.

    \(GuestActionRun.manual)
    It works at the stop of 'catch entry' too, after the hypervisor has handled the exit.

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
      throw ShellError("'inject \(kind)' takes no value")
    }
    return try GuestActionRun.run(.inject(injection), in: shell)
  }

  private static func number(_ value: UInt64, _ kind: String) throws -> UInt32 {
    guard let number = UInt32(exactly: value) else {
      throw ShellError("'inject \(kind)' takes a number of at most 32 bits")
    }
    return number
  }
}
