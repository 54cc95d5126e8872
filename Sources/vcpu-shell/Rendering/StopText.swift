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
    case .breakpoint(let hits):
      let numbers = hits.map { "\($0.number)" }.joined(separator: ", ")
      return ["breakpoint \(numbers)"] + here
    case .stepped: return here
    case .interrupted:
      guard let exit = session.exit else { return ["interrupted"] + here }
      return ["interrupted at an exit"]
        + ExitText(exit, session: session, disassembler: disassembler).banner
    case .hypervisorFault:
      return [
        "the hypervisor took a fatal exception at EL2 and halted; its report is on the console"
      ]
        + here
    case .unreadable(let reason): return [reason] + here
    case .conditionFailed:
      guard let exit = session.exit else { return here }
      return ExitText(exit, session: session, disassembler: disassembler).banner
    case .signal(let number): return ["the target stopped with signal \(number)"] + here
    case .ended(let status):
      return [status == 0 ? "the guest has powered off" : "the machine ended with status \(status)"]
    }
  }

  private var here: [String] {
    guard let state = session.state else { return [] }
    return [location(state)]
  }

  /// Where the CPU is, with its instruction and, for the hypervisor, its source line.
  func location(_ state: CPUState) -> String {
    let space: AddressSpace = state.isAtEL2 ? .hypervisor : .guest
    let line = "  EL\(state.exceptionLevel) " + addresses.line(state.pc, in: space)
    let symbols = state.isAtEL2 ? session.symbols : session.guestSymbols
    guard let source = symbols?.sourceLocation(at: state.pc) else { return line }
    let file = source.file.split(separator: "/").last.map(String.init) ?? source.file
    return line + "    \(file):\(source.line)"
  }
}

extension Shell {
  /// Shows what the target stopped for.
  func show(_ event: SessionEvent) throws {
    let session = try requireSession()
    for line in StopText(session: session, disassembler: disassembler).lines(event) {
      output.line(line)
    }
  }

  /// Remembers what the target stopped for, whether it is shown or not.
  func note(_ event: SessionEvent) {
    lastStop = event.breakpoints.map(\.number)
    examination.next = nil
    if case .ended(let status) = event, status != 0 { raise(.guestEnded) }
  }
}
