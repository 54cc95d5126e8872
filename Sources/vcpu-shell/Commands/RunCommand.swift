internal import VCpuDebug

/// `run`: restarts the launched machine.
enum RunCommand: ShellCommand {
  static let name = "run"
  static let actsOnTarget = true
  static let aliases = ["r"]
  static let summary = "Start the launched machine again, with its breakpoints, and let it run."
  static let manual = """
    Ends the machine that 'vcpu-shell launch' started, and starts it again in the same way: the images are
    read again, so a rebuilt guest or hypervisor is used. Breakpoints, catchpoints, their conditions, commands
    and ignore counts stay; symbols are looked up again, and hits are counted from 0. The old machine's memory
    is gone. A machine that has not run yet is just started.

    'starti' does the same and stops before the first instruction.
    """

  static let transcript = """
    (vcpu) tcatch exit hvc
    Temporary catchpoint 1: exit hvc
    (vcpu) run
    exit 20, vcpu 0: hvc #0x0: function 0xc6000002, x1 0x1 x2 0x14 x3 0x12c x4 0xfa0 x5 0xc350 x6 0x927c0
      guest pc 0x402079e8 <hypercall_sum+36>:  hvc #0x0  (pc is after it)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    begin(in: shell) { .run(Run(forwardsKeys: true) { try $0.resume() }) }
  }

  /// Puts the machine at its beginning, unless the person declines, and goes on from there.
  static func begin(in shell: Shell, then next: @escaping () throws -> Outcome) -> Outcome {
    let begin = {
      try shell.beginAgain()
      return try next()
    }
    return .confirmation(
      shell.hasRunningMachine
        ? "The machine has already run. Start it again from the beginning?" : "", then: begin)
  }
}

/// `starti`: restarts the launched machine, stopped before the first instruction.
enum StartInstructionCommand: ShellCommand {
  static let name = "starti"
  static let actsOnTarget = true
  static let summary = "Start the launched machine again, and stop before its first instruction."
  static let manual =
    "Like 'run', but the machine stays before its first instruction, which is the hypervisor's."

  static let transcript = """
    (vcpu) starti
      EL2 0x40200000 <_start>:  b 0x40212f88 <boot>    boot.S:12
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    RunCommand.begin(in: shell) {
      let state = try shell.requireSession().requireState()
      return shell.location(of: state).map { .answer($0) } ?? .done
    }
  }
}
