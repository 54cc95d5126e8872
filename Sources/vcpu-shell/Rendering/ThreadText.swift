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
    guard thread.id.isOne else { return "the only \(noun)" }
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
      + addresses.symbol(state.pc, in: session.memory.space(at: state)) + note
  }

  /// The selected thread, and where it is.
  func selected() throws -> [String] {
    let state = try session.requireState()
    let current = try session.target.currentThread()
    let here = StopText(session: session, disassembler: disassembler).location(state)
    guard let current else { return ["[the stub does not say which \(noun) this is]", here] }
    return [
      current.isOne ? "[\(noun) \(session.threads.number(of: current))]" : "[the only \(noun)]",
      here,
    ]
  }

  private var noun: String { session.target.isMachine ? "CPU" : "thread" }

  /// What has to be known of the list besides: which CPUs it lacks, and which threads it shows at a moment
  /// that is over.
  func notes(_ threads: [SessionThread]) throws -> [String] {
    var notes: [String] = []
    let hidden = try session.threads.hiddenCPUCount(besides: threads)
    if hidden > 0 {
      let them = hidden == 1 ? "1 more CPU, which" : "\(hidden) more CPUs, which"
      notes.append(
        "the machine has \(them) cannot be shown: its stub lists those of the first cluster alone "
          + "('monitor info cpus' lists all)")
    }
    if !session.target.stopsEveryThread, threads.count > 1 {
      notes.append(
        "the other threads run on, and are somewhere else by now: the stub holds the one that stopped"
      )
    }
    return notes
  }
}
