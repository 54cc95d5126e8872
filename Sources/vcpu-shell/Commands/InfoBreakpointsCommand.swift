internal import VCpuDebug

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
