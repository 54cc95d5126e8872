internal import VCpuDebug

/// `stepi`: one instruction of the CPU.
enum StepInstructionCommand: ShellCommand {
  static let name = "stepi"
  static let aliases = ["si", "step"]
  static let usage = "[N]"
  static let summary = "Execute one instruction of the CPU, or N."
  static let manual = """
    Steps the CPU that stopped; the others stay where they are, and interrupts are held back. At an exit
    this is an instruction of the hypervisor. A breakpoint on the way ends the steps.
    """
  static let isRepeatable = true

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let count = try arguments.count(of: name) ?? 1
    try shell.run { try $0.step(count: count) }
  }
}
