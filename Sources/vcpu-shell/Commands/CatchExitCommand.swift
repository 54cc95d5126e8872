internal import ArmVCpu
internal import VCpuDebug

/// `catch exit`: a catchpoint for guest exits.
enum CatchExitCommand: ShellCommand {
  static let name = "catch exit"
  static let actsOnTarget = true
  static let parameters: [any AnyParameter] = [classes, condition]
  static let summary = "Stop at guest exits, of some classes or of all."
  static var manual: String {
    """
    Sets a catchpoint: the target stops whenever a guest exits to EL2 for one of the classes, or for
    any reason if none is named. With 'if' it stops only if the expression is not 0.

    Classes:
    \(classLines.joined(separator: "\n"))
    'mmio' is 'mmio-read' and 'mmio-write', 'sysreg' likewise; 'dabt' includes 'mmio'; 'hvc' and 'smc'
    include the PSCI calls made by them.

    It works on any hypervisor: 'info hypervisor' says how its exits are found. If the hypervisor does not
    count its exits, the count shown is of those that the shell has seen.

      catch exit mmio-write
      catch exit hvc smc
      catch exit sysreg if $exit.count > 100
    """
  }

  /// The words of all classes, in lines.
  private static var classLines: [String] {
    ExitClass.allCases.reduce(into: [" "]) { lines, next in
      if lines[lines.count - 1].count + next.word.count > 70 { lines.append(" ") }
      lines[lines.count - 1] += " " + next.word
    }
  }

  static let transcript = """
    (vcpu) catch exit mmio-write
    Catchpoint 1: exit mmio-write
    (vcpu) continue
    exit 1, vcpu 0: mmio-write of 4 bytes: 0x41 from w1 to IPA 0x9000000
      guest pc 0x40200010 <store32>:  str w1, [x0]
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try add(arguments, isTemporary: false, in: shell)
  }

  private static let classes = Parameter<[String]>.exitClasses()
  private static let condition = Parameter<String?>.condition()

  static func add(
    _ arguments: Arguments, isTemporary: Bool, in shell: Shell
  ) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let classes = try arguments[classes].map { try ExitClass(parsing: $0) }
    return try add(
      .exit(classes.isEmpty ? [.any] : classes), arguments[condition], isTemporary: isTemporary,
      in: shell)
  }

  /// Sets a catchpoint and reports it.
  static func add(
    _ kind: Breakpoint.Kind, _ condition: String?, isTemporary: Bool, in shell: Shell
  ) throws -> Outcome {
    let session = try shell.requireSession()
    let breakpoint = try shell.evaluating(condition ?? "") { _ in
      try session.points.addCatchpoint(kind, condition: condition, isTemporary: isTemporary)
    }
    return .answer(
      BreakpointAnswer(
        breakpoint, in: session, remarks: HypervisorAnswer.remarks(in: session),
        warnings: session.points.conditionDoubts(of: breakpoint)))
  }
}

/// `tcatch exit`: a catchpoint that is deleted at its first stop.
enum TemporaryCatchExitCommand: ShellCommand {
  static let name = "tcatch exit"
  static let actsOnTarget = true
  static let parameters = CatchExitCommand.parameters
  static let summary = "Stop at the next such exit, once."
  static let manual = "Like 'catch exit', but the catchpoint is deleted at its first stop."

  static let transcript = """
    (vcpu) tcatch exit hvc if $x1 == 0x11
    Temporary catchpoint 1: exit hvc if $x1 == 0x11
    (vcpu) continue
    exit 1, vcpu 0: hvc #0x1f: function 0xc6000001, x1 0x11 x2 0x0 x3 0x33
      guest pc 0x40200070 <call_hypervisor>:  hvc #0x1f  (pc is after it)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try CatchExitCommand.add(arguments, isTemporary: true, in: shell)
  }
}
