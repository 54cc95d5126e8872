internal import VCpuDebug

/// `info catch`: lists catchpoints, and where they are evaluated.
enum InfoCatchCommand: ShellCommand {
  static let name = "info catch"
  static let summary = "List catchpoints, and what of them runs in the hypervisor."
  static let worksWhileRunning = true
  static let manual = """
    Our hypervisor has a filter: the classes of a catchpoint and its condition are evaluated there, and the
    target stops only at exits that match. A part of a condition that needs more than the exit and the guest's
    registers, such as memory, is evaluated by the debugger when the target stops. Other hypervisors don't have
    a filter, and with some other breakpoints it can't be used: then the target stops at each exit, and the
    last line says why.
    """

  static let transcript = """
    (vcpu) info catch
    Num  Evaluated in        What
    1    the debugger        exit hvc smc if $x0 == 1
    The target stops at each exit: the hypervisor doesn't have a filter.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(CatchpointsAnswer(in: try shell.requireSession()))
  }
}

/// `info breakpoints`: lists breakpoints and catchpoints.
enum InfoBreakpointsCommand: ShellCommand {
  static let name = "info breakpoints"
  static let aliases = ["info b", "info break"]
  static let summary = "List breakpoints and catchpoints with their hits."
  static let worksWhileRunning = true

  static let transcript = """
    (vcpu) info breakpoints
    Num  Type        Disp  Enb  Hits  What
    1    catchpoint  keep  y    0     exit hvc smc if $x0 == 1
    2    breakpoint  del   y    0     hv:0x40205000 <handle_exit>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(BreakpointsAnswer(in: try shell.requireSession()))
  }
}
