internal import VCpuDebug

/// `watch`: a watchpoint for writes.
enum WatchCommand: ShellCommand {
  static let name = "watch"
  static let aliases = ["wa"]
  static let actsOnTarget = true
  static let parameters: [any AnyParameter] = [options, memory, condition]
  static let summary = "Stop when memory is written and its value changes."
  static let manual = """
    What is watched is memory: *(uint32_t *)ADDRESS, a variable with the size of its symbol, or an address,
    which means as many bytes as an address has, or LENGTH. The stop says which instruction wrote it, with the
    old value and the new one. '-l' is accepted, as in GDB; an expression is always evaluated once.

    A watchpoint belongs to the world of its address: 'guest:' and 'hv:' to the guest or the hypervisor on any
    CPU, 'guest[vcpu 1]:', 'guest[vm 3]:' and 'hv[cpu 0]:' to one of them. 'ipa:' and 'pa:' are watched by
    every virtual address that leads there by the tables of the selected CPU, as they are now. The stub watches
    virtual addresses: it misses devices' accesses, the debugger's own, and an address that is mapped later.

    '--stage2' takes the permission from the guest's pages instead, at one of its exits: an access exits by
    whatever virtual address, on whatever CPU. It is carried out in the hypervisor's place, and the guest
    runs on. An exclusive, an atomic or DC ZVA the guest executes itself, with the permission back, while the
    other CPUs wait. What the hypervisor, its host, a device or the debugger accesses isn't seen. Each other
    access to the page takes milliseconds; 'info breakpoints' counts them. A block that maps the page is
    split into a table: in a page of the symbol avcpu_spare_tables, as our hypervisor has it, or in one of
    zeros that nothing uses and that '--spare ADDRESS' names. What is deleted or disabled is given back now,
    or at the guest's next exit.

      watch *(uint64_t *)(guest:0xffff800008a01000) if $x0 != 0
      watch guest:$guest.sp, 16
      watch ipa:0x40410000, 4
      awatch --stage2 guest:$guest.sp, 16
    """

  static let transcript = """
    (vcpu) watch *(uint32_t *)hv:0x40404000
    Watchpoint 1: hv:0x40404000, 4 bytes
    """

  static let options = Parameter<WatchOptions>(
    "[-l] [--stage2 [--spare ADDRESS]…]", .flag,
    complete: { _ in .words(["-l", "--spare", "--stage2"]) }
  ) { scanner in try WatchOptions(taking: &scanner) }
  static let memory = Parameter<String>.expression(
    "[SPACE:]EXPRESSION[, LENGTH]", "needs memory, such as *(uint32_t *)guest:$x0, or a variable")
  static let condition = Parameter<String?>.condition()

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try add(.write, arguments, in: shell)
  }

  private static let missed = "what EL2, its host and devices access is not seen"

  static func add(
    _ access: Watchpoint.Access, _ arguments: Arguments, in shell: Shell
  ) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let parts = arguments[memory].split(separator: ",", maxSplits: 1).map(\.trimmed)
    guard let text = parts.first, !parts.contains("") else {
      throw ShellError("'watch' takes EXPRESSION, LENGTH")
    }
    let options = arguments[options]
    let length = parts.count > 1 ? parts[1] : nil
    let breakpoint = try shell.evaluating(text) {
      options.isByStage2
        ? try session.points.addStage2Watchpoint(
          $0, length: length, for: access, spares: options.spares)
        : try session.points.addWatchpoint($0, length: length, for: access)
    }
    let added = try BreakCommand.setCondition(arguments[condition], of: breakpoint, in: shell)
    return .answer(
      BreakpointAnswer(
        added, in: session, remarks: options.isByStage2 ? [missed] : [],
        warnings: session.points.conditionDoubts(of: added)
          + session.points.watchDoubts(about: added)))
  }
}

/// `rwatch`: a watchpoint for reads.
enum ReadWatchCommand: ShellCommand {
  static let name = "rwatch"
  static let aliases = ["rw"]
  static let actsOnTarget = true
  static let parameters = WatchCommand.parameters
  static let summary = "Stop when memory is read."
  static let manual = "Like 'watch', for reads. The value may be the same as before."

  static let transcript = """
    (vcpu) rwatch *(uint32_t *)hv:0x40404000
    Read watchpoint 1: hv:0x40404000, 4 bytes
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try WatchCommand.add(.read, arguments, in: shell)
  }
}

/// `awatch`: a watchpoint for reads and writes.
enum AccessWatchCommand: ShellCommand {
  static let name = "awatch"
  static let aliases = ["aw"]
  static let actsOnTarget = true
  static let parameters = WatchCommand.parameters
  static let summary = "Stop when memory is read or written."
  static let manual = "Like 'watch', for reads and for all writes."

  static let transcript = """
    (vcpu) awatch guest:0x40200000, 8
    Access watchpoint 1: guest:0x40200000 <tour_main>, 8 bytes
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try WatchCommand.add(.any, arguments, in: shell)
  }
}
