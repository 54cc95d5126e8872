internal import VCpuDebug

/// `stepi`: executes one instruction of the CPU.
enum StepInstructionCommand: ShellCommand {
  static let name = "stepi"
  static let actsOnTarget = true
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let aliases = ["si"]
  static let summary = "Execute one instruction of the CPU, or N instructions."
  static let manual = """
    Steps the selected CPU; the others stay where they are, and interrupts are held back ('set step-irq'). At an
    exit this is an instruction of the hypervisor. A breakpoint on the way ends the stepping, and so does an
    exception: the step says what was taken, from where, and whether there is anything at its vector.
    """
  static let isRepeatable = true

  static let transcript = """
    (vcpu) stepi
      EL2 0x40205004 <handle_exit+4>:  add x0, x0, #0x1    hypervisor.S:19
    (vcpu) stepi 2
      EL2 0x4020500c <shared>:  ret    hypervisor.S:23
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let count = arguments[count] ?? 1
    return .run(Run { try $0.step(count: count) })
  }
}
