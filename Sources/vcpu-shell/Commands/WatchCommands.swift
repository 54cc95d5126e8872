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

      watch *(uint64_t *)(guest:0xffff800008a01000) if $x0 != 0
      watch guest:$guest.sp, 16
      watch ipa:0x40410000, 4
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
        added, in: session,
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
