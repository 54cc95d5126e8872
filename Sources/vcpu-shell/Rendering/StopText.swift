internal import GDBRemote
internal import VCpuDebug

/// What is shown when the target stops.
struct StopText {
  let session: HypervisorSession
  let disassembler: Disassembler

  private var addresses: AddressText {
    AddressText(session: session, disassembler: disassembler)
  }

  func lines(_ event: SessionEvent) -> [String] {
    switch event {
    case .exit:
      guard let exit = session.exit else { return here }
      return ExitText(exit, session: session, disassembler: disassembler).banner
    case .entry: return EntryText(session: session, disassembler: disassembler).lines ?? here
    case .breakpoint(let hits):
      let numbers = hits.map { "\($0.number)" }.joined(separator: ", ")
      return ["breakpoint \(numbers)"] + here
    case .stepped: return here
    case .interrupted:
      guard let exit = session.exits.caught else { return ["interrupted"] + somewhere }
      return ["interrupted at an exit"]
        + ExitText(exit, session: session, disassembler: disassembler).banner
    case .hypervisorFault:
      if let lines = FaultText(session: session, disassembler: disassembler).lines { return lines }
      guard session.exits.way == .context else {
        return ["the hypervisor took a fault at EL2"] + here
      }
      return [
        "the hypervisor took a fatal exception at EL2 and halted; its report is on the console"
      ] + here
    case .unreadable(let reason): return [reason] + here
    case .conditionFailed:
      guard let exit = session.exit else { return here }
      return ExitText(exit, session: session, disassembler: disassembler).banner
    case .signal(let number):
      return ["the \(stoppedNoun) received \(session.signal(number))"] + here
    case .killed(let number):
      return ["the \(session.targetNoun) was killed by \(session.signal(number))"]
    case .ended(let status):
      // Ours ends the machine when its guest does. What another does is its own.
      if session.exits.way == .context, status == 0 { return ["the guest has powered off"] }
      if session.hasHypervisor, status == 0 { return ["the machine has powered off"] }
      let verb = session.target.isMachine ? "ended" : "exited"
      return ["the \(session.targetNoun) \(verb) with status \(status)"]
    }
  }

  private var stoppedNoun: String { session.target.isMachine ? "target" : "program" }

  private var here: [String] {
    guard let state = session.state else { return [] }
    return [location(state)]
  }

  /// The same of a CPU that was stopped wherever it was.
  private var somewhere: [String] {
    guard let state = session.state, session.access.hasLeftAArch64(state) else { return here }
    return here + ["  " + Self.stale]
  }

  /// What is said of a state of before the CPU went on in AArch32.
  static let stale =
    "stale: the CPU has gone on in AArch32, which its stub does not show; 'monitor info registers' does"

  /// Where the CPU is, with its instruction and, for the hypervisor, its source line.
  func location(_ state: CPUState) -> String {
    let space = session.memory.space(at: state)
    let level = state.exceptionLevel.map { "EL\($0) " } ?? ""
    let line = "  " + level + addresses.line(state.pc, in: space)
    guard let source = session.symbols.of(space)?.sourceLocation(at: state.pc) else { return line }
    let file = source.file.split(separator: "/").last.map(String.init) ?? source.file
    return line + "    \(file):\(source.line)"
  }
}

extension Shell {
  /// Shows what the target stopped for.
  func show(_ event: SessionEvent) throws {
    let session = try requireSession()
    showThreadSwitch(session)
    for line in StopText(session: session, disassembler: disassembler).lines(event) {
      output.line(line)
    }
  }

  /// Remembers what the target stopped for, whether it is shown or not.
  func note(_ event: SessionEvent) {
    lastStop = event.breakpoints.map(\.number)
    examination.next = nil
    switch event {
    case .ended(let status) where status != 0: raise(.guestEnded)
    case .killed: raise(.guestEnded)
    default: break
    }
  }

  /// Says when another thread stopped than the one that was shown last. An exit names its vCPU itself.
  private func showThreadSwitch(_ session: HypervisorSession) {
    guard session.state != nil, let number = session.threads.selectedNumber else { return }
    defer { shownThread = number }
    guard !session.hasHypervisor, let shownThread, shownThread != number else { return }
    output.line("[switched to \(session.target.isMachine ? "CPU" : "thread") \(number)]")
  }
}
