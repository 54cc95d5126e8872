internal import GDBRemote
internal import VCpuDebug

/// `info threads`: the CPUs.
enum InfoThreadsCommand: ShellCommand {
  static let name = "info threads"
  static let summary = "List the CPUs of the machine; the one that stopped is marked."

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    try session.requireStopped()
    let target = session.target
    let selected = target.selectedThread
    let addresses = AddressText(session: session, disassembler: shell.disassembler)
    defer { if let selected { try? target.select(selected) } }
    for thread in try target.threads() {
      // Behind its name QEMU says "[running]" of a CPU that is stopped, and "[halted ]" of one that waits.
      let text = try target.threadDescription(thread)
      let name = text.prefix { $0 != "[" }.trimmed
      let note = text.contains("[halted") ? "  waits for an interrupt, or is off" : ""
      try target.select(thread)
      let state = try CPUState(try target.batch([.generalRegisters])[0].generalRegisters())
      let symbol = addresses.symbol(state.pc, in: state.isAtEL2 ? .hypervisor : .guest)
      shell.output.line(
        "\(thread == selected ? "*" : " ") \(thread.thread)  \(name)  EL\(state.exceptionLevel) "
          + hexadecimal(state.pc) + symbol + note)
    }
  }
}
