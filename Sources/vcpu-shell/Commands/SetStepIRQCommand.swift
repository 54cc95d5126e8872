internal import VCpuDebug

/// `set step-irq`: whether interrupts come while a CPU steps.
enum SetStepIRQCommand: ShellCommand {
  static let name = "set step-irq"
  static let actsOnTarget = true
  private static let isOn = Parameter<Bool>.onOrOff()
  static let parameters: [any AnyParameter] = [isOn]
  static let summary = "Let interrupts come while a CPU steps, or hold them back."
  static let manual = """
    QEMU holds interrupts and timers back during 'stepi', so that stepping stays in the code. With 'on' a step
    may end in the vector of an interrupt, and says so. Other stubs cannot choose, and in a replay interrupts
    come when the recording has them. 'detach' leaves the machine as it was.

      set step-irq on
    """

  static let transcript = """
    (vcpu) set step-irq on
    interrupts and timers come while a CPU steps
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try shell.requireSession().setTakesInterruptsInSteps(arguments[isOn])
    return .answer(
      MessageAnswer(
        text: arguments[isOn]
          ? "interrupts and timers come while a CPU steps"
          : "interrupts and timers are held back while a CPU steps"))
  }
}
