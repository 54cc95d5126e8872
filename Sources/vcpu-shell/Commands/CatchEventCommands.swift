internal import VCpuDebug

/// `catch entry`: a catchpoint for entries into a guest.
enum CatchEntryCommand: ShellCommand {
  static let name = "catch entry"
  static let actsOnTarget = true
  static let parameters: [any AnyParameter] = [condition]
  static let summary = "Stop before a guest is entered, and show what the hypervisor changed."
  static let manual = """
    Stops when a guest is about to be entered again, and shows how the hypervisor handled the exit: where the
    guest goes on, and which registers, PSTATE and virtual interrupts differ from those at the exit. $x0, $pc
    and $sp are then the guest's, and can be set.

      catch entry
      catch entry if $guest.pc == 0x40200000

    With our hypervisor the stop is at context_vm_entry, with others at the exception return. Exception returns
    may stop the machine often at first, until the shell knows which of them enter guests.
    """

  static let transcript = """
    (vcpu) catch entry
    Catchpoint 1: entry
    (vcpu) continue
    entry after exit 1, vcpu 0: mmio-read of 1 byte from IPA 0x9000018 into x3, sign-extended
      guest pc 0x40200034 <load_signed+4>:  nop
      pc       0x40200030 -> 0x40200034: goes on after the ldrsb
      x3       0x0 -> 0x5a
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try add(.entry, arguments, isTemporary: false, in: shell)
  }

  static let condition = Parameter<String?>.condition()

  static func add(
    _ kind: Breakpoint.Kind, _ arguments: Arguments, isTemporary: Bool, in shell: Shell
  ) throws -> Outcome {
    try shell.requireSession().requireStopped()
    return try CatchExitCommand.add(
      kind, arguments[condition], isTemporary: isTemporary, in: shell)
  }
}

/// `tcatch entry`: a catchpoint that is deleted at its first stop.
enum TemporaryCatchEntryCommand: ShellCommand {
  static let name = "tcatch entry"
  static let actsOnTarget = true
  static let parameters = CatchEntryCommand.parameters
  static let summary = "Stop before the next entry into a guest, once."
  static let manual = "Like 'catch entry', but the catchpoint is deleted at its first stop."

  static let transcript = """
    (vcpu) tcatch entry
    Temporary catchpoint 1: entry
    (vcpu) continue
    entry after exit 1, vcpu 0: mmio-read of 1 byte from IPA 0x9000018 into x3, sign-extended
      guest pc 0x40200034 <load_signed+4>:  nop
      pc       0x40200030 -> 0x40200034: goes on after the ldrsb
      x3       0x0 -> 0x5a
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try CatchEntryCommand.add(.entry, arguments, isTemporary: true, in: shell)
  }
}

/// `catch fault`: a catchpoint for faults of the hypervisor itself.
enum CatchFaultCommand: ShellCommand {
  static let name = "catch fault"
  static let actsOnTarget = true
  static let parameters = CatchEntryCommand.parameters
  static let summary = "Stop when the hypervisor itself takes a fault at EL2."
  static let manual = """
    Stops at the vector of a synchronous exception that EL2 takes from itself, before its handler runs. A
    hypervisor that is not a host (HCR_EL2.E2H 0) should never take one, so the shell stops there without this
    command too, once it knows the vectors. A host takes them all the time, for example when it reads a
    program's memory.

      catch fault
      catch fault if $esr_el2.ec == 0x25
    """

  static let transcript = """
    (vcpu) catch fault if $esr_el2.ec == 0x25
    Catchpoint 1: fault if $esr_el2.ec == 0x25
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try CatchEntryCommand.add(.fault, arguments, isTemporary: false, in: shell)
  }
}

/// `tcatch fault`: a catchpoint that is deleted at its first stop.
enum TemporaryCatchFaultCommand: ShellCommand {
  static let name = "tcatch fault"
  static let actsOnTarget = true
  static let parameters = CatchEntryCommand.parameters
  static let summary = "Stop when the hypervisor itself takes its next fault at EL2, once."
  static let manual = "Like 'catch fault', but the catchpoint is deleted at its first stop."

  static let transcript = """
    (vcpu) tcatch fault
    Temporary catchpoint 1: fault
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try CatchEntryCommand.add(.fault, arguments, isTemporary: true, in: shell)
  }
}
