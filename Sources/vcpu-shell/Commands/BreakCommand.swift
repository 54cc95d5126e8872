internal import VCpuDebug

/// `break`: a breakpoint at an instruction.
enum BreakCommand: ShellCommand {
  static let name = "break"
  static let actsOnTarget = true
  static let aliases = ["b", "br"]
  static let parameters: [any AnyParameter] = [location, owner, condition]
  static let summary = "Stop at an instruction of the hypervisor or of the guest."
  static let manual = """
    LOCATION is a symbol or *ADDRESS. Its symbol or prefix says whether it is in the hypervisor or in the guest;
    a plain number is in the world whose registers are shown, at an exit the guest's. A breakpoint stops only in
    its own world, even if the other has code at the same address: with 'cpu N' (from 0), 'vcpu N' or 'vm N' (a
    VMID or a name of 'vm add') only on that CPU, for that vCPU, or for that virtual machine. $cpu, $vcpu and
    $vmid in a condition are the same numbers.

      break avcpu_run_guest
      break handle_exit vcpu 1
      break guest:tour_main if $cpu == 0 && $vmid == 3
      break *hv:0x40201004
      break guest:tour_main
      break *guest:$pc + 8 if $x0 == 1
    """

  static let transcript = """
    (vcpu) break handle_exit
    Breakpoint 1 at hv:0x40205000 <handle_exit>
    (vcpu) continue
    breakpoint 1
      EL2 0x40205000 <handle_exit>:  mov x0, x1    hypervisor.S:18
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try add(arguments, isTemporary: false, in: shell)
  }

  static let location = Parameter<String>.location()
  static let owner = Parameter<AddressSpace.Owner?>(
    "[cpu N|vcpu N|vm N]", .suffix, complete: { _ in .words(["cpu", "vcpu", "vm"]) }
  ) { scanner in
    let words = scanner.rest.split(whereSeparator: \.isWhitespace)
    guard words.count > 1, let owner = AddressSpace.Owner(words.suffix(2).joined(separator: " "))
    else { return nil }
    scanner.dropLastWords(2)
    return owner
  }
  static let condition = Parameter<String?>.condition()

  static func add(
    _ arguments: Arguments, isTemporary: Bool, isHardware: Bool = false, in shell: Shell
  ) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let breakpoint = try shell.evaluating(arguments[location]) {
      try session.points.add(
        $0, of: arguments[owner], isTemporary: isTemporary, isHardware: isHardware)
    }
    let added = try setCondition(arguments[condition], of: breakpoint, in: shell)
    let doubts = session.points.conditionDoubts(of: added)
    let answer = BreakpointAnswer(added, in: session, warnings: doubts)
    let doubt: BreakpointDoubt?
    do {
      doubt = try session.points.doubt(about: added)
    } catch {
      return .partial(answer, error)
    }
    guard let doubt else { return .answer(answer) }
    return .answer(
      BreakpointAnswer(added, in: session, warnings: [doubt.description] + doubts))
  }

  /// Gives a new breakpoint its condition; if that is wrong, the breakpoint is deleted again.
  static func setCondition(
    _ condition: String?, of breakpoint: Breakpoint, in shell: Shell
  ) throws -> Breakpoint {
    let session = try shell.requireSession()
    if let condition {
      do {
        try shell.evaluating(condition) {
          try session.points.setCondition($0, of: breakpoint.number)
        }
      } catch {
        try session.breakpoints.delete(breakpoint.number)
        throw error
      }
    }
    return session.breakpoints[breakpoint.number] ?? breakpoint
  }
}

/// `tbreak`: a breakpoint that is deleted at its first stop.
enum TemporaryBreakCommand: ShellCommand {
  static let name = "tbreak"
  static let actsOnTarget = true
  static let aliases = ["tb"]
  static let parameters = BreakCommand.parameters
  static let summary = "Stop at an instruction, once."
  static let manual = "Like 'break', but the breakpoint is deleted at its first stop."

  static let transcript = """
    (vcpu) tbreak guest:store32 if $x1 == 0x41
    Temporary breakpoint 1 at guest:0x40200010 <store32> if $x1 == 0x41
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try BreakCommand.add(arguments, isTemporary: true, in: shell)
  }
}

/// `hbreak`: a hardware breakpoint.
enum HardwareBreakCommand: ShellCommand {
  static let name = "hbreak"
  static let actsOnTarget = true
  static let parameters = BreakCommand.parameters
  static let summary = "Stop at an instruction, with a hardware breakpoint."
  static let manual = """
    Like 'break', for code that cannot be patched, such as a ROM's, or that is not loaded yet. CPUs have few
    hardware breakpoints. In QEMU it is the same as 'break', which does not patch code there.
    """

  static let transcript = """
    (vcpu) hbreak handle_exit
    Hardware breakpoint 1 at hv:0x40205000 <handle_exit>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try BreakCommand.add(arguments, isTemporary: false, isHardware: true, in: shell)
  }
}
