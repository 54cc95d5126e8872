internal import GDBRemote
internal import VCpuDebug

/// CPUs and threads as text.
struct ThreadText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// A line of `info threads`.
  func line(_ thread: SessionThread) -> String {
    "\(thread.number)  \(name(thread))  \(place(thread))"
  }

  /// What QEMU says of a CPU before its bracket; the name of a program's thread behind its number in the system.
  private func name(_ thread: SessionThread) -> String {
    let name = thread.description.prefix { $0 != "[" }.trimmed
    if session.target.isMachine, !name.isEmpty { return name }
    return "thread \(thread.id.thread)" + (name.isEmpty ? "" : " \"\(name)\"")
  }

  private func place(_ thread: SessionThread) -> String {
    guard let state = thread.state else { return "(its registers cannot be read)" }
    let addresses = AddressText(session: session, disassembler: disassembler)
    let level = state.exceptionLevel.map { "EL\($0) " } ?? ""
    // Behind its name QEMU says "[running]" of a CPU that is stopped, and "[halted ]" of one that waits.
    let note =
      thread.description.contains("[halted") ? "  waits for an interrupt, or is off" : ""
    return level + hexadecimal(state.pc)
      + addresses.symbol(state.pc, in: session.space(at: state)) + note
  }

  /// The selected thread, and where it is.
  func selected() throws -> [String] {
    let state = try session.requireState()
    let noun = session.target.isMachine ? "CPU" : "thread"
    let number = session.selectedThreadNumber.map { "[\(noun) \($0)]" }
    let here = StopText(session: session, disassembler: disassembler).location(state)
    return [number ?? "[the only \(noun)]", here]
  }
}
