internal import GDBRemote
internal import VCpuDebug

/// Why the target has stopped, and where.
struct StopAnswer: Answer {
  static let kind = "stop"

  /// Why it stopped.
  let reason: Reason
  /// The breakpoints and catchpoints that stopped it, by their numbers.
  let breakpoints: [Int]
  /// The CPU or thread that stopped, where the stub tells.
  let thread: Int?
  /// The other CPU or thread that was shown before, where that is to be told.
  let isOtherThread: Bool
  /// Whether the target is a machine, and not a program.
  let isMachine: Bool
  /// What happened in words, where none of the parts below says it.
  let message: String?
  /// The exit that the CPU is at.
  let exit: ExitAnswer?
  /// The entry into a guest that the CPU is at.
  let entry: EntryAnswer?
  /// The hypervisor's own fault.
  let fault: FaultAnswer?
  /// Where the CPU is; left out where an exit, an entry or a fault tells it, and where there is no CPU any more.
  let place: PlaceAnswer?
  /// What has to be known of it besides.
  let note: String?
  /// The signal, with its number.
  let signal: Int?
  /// The status that the target ended with.
  let status: Int?

  /// Why a target stops.
  enum Reason: String, Codable, CaseIterable, Sendable {
    case exit, entry, breakpoint, step, interrupt, hypervisorFault, unreadable, conditionFailed
    case signal, killed, ended
  }

  /// - Parameters:
  ///   - isOtherThread: whether the thread that stopped is another than was shown before.
  ///   - asksTarget: whether an exit's instruction is read of the target, and not only what came with the stop.
  init(
    _ event: SessionEvent, in session: HypervisorSession, by disassembler: Disassembler,
    isOtherThread: Bool = false, asksTarget: Bool = true
  ) {
    let maker = StopMaker(
      event: event, session: session, disassembler: disassembler, asksTarget: asksTarget)
    let parts = maker.parts
    breakpoints = event.breakpoints.filter { !$0.isInternal }.map(\.number)
    thread = session.state == nil ? nil : session.threads.selectedNumber
    self.isOtherThread = isOtherThread
    isMachine = session.target.isMachine
    reason = parts.reason
    message = parts.message
    exit = parts.exit
    entry = parts.entry
    fault = parts.fault
    signal = parts.signal
    status = parts.status
    let isTold = exit != nil || entry != nil || fault != nil
    note = parts.reason == .interrupt && !isTold ? Self.note(session) : nil
    place = isTold ? nil : session.state.map { maker.finder.place(of: $0) }
  }

  private static func note(_ session: HypervisorSession) -> String? {
    guard let state = session.state, session.access.hasLeftAArch64(state) else { return nil }
    return stale
  }

  /// What is said of a state of before the CPU went on in AArch32.
  static let stale =
    "stale: the CPU has gone on in AArch32, which its stub does not show; 'monitor info registers' does"
}

/// Makes the parts of a stop that depend on its reason.
private struct StopMaker {
  let event: SessionEvent
  let session: HypervisorSession
  let disassembler: Disassembler
  let asksTarget: Bool

  struct Parts {
    var reason: StopAnswer.Reason
    var message: String?
    var exit: ExitAnswer?
    var entry: EntryAnswer?
    var fault: FaultAnswer?
    var signal: Int?
    var status: Int?
  }

  var finder: PlaceFinder { PlaceFinder(session: session, disassembler: disassembler) }

  private func exit(_ exit: Exit?) -> ExitAnswer? {
    exit.map {
      ExitAnswer($0, in: session, by: disassembler, asksTarget: asksTarget)
    }
  }

  var parts: Parts {
    switch event {
    case .exit(let hits):
      let others = hits.filter { !$0.kind.isCatchpoint }.map { "\($0.number)" }
      let message = others.isEmpty ? nil : "breakpoint " + others.joined(separator: ", ")
      return Parts(reason: .exit, message: message, exit: exit(session.exit))
    case .entry: return Parts(reason: .entry, entry: EntryAnswer(in: session, by: disassembler))
    case .breakpoint(let hits):
      let numbers = hits.map { "\($0.number)" }.joined(separator: ", ")
      return Parts(reason: .breakpoint, message: "breakpoint \(numbers)")
    case .stepped: return Parts(reason: .step)
    case .interrupted:
      let exit = exit(session.exits.caught)
      return Parts(
        reason: .interrupt, message: exit == nil ? "interrupted" : "interrupted at an exit",
        exit: exit)
    case .hypervisorFault: return faultParts
    case .unreadable(let reason): return Parts(reason: .unreadable, message: reason)
    case .conditionFailed: return Parts(reason: .conditionFailed, exit: exit(session.exit))
    case .signal(let number):
      let noun = session.target.isMachine ? "target" : "program"
      return Parts(
        reason: .signal, message: "the \(noun) received \(session.signal(number))",
        signal: Int(number))
    case .killed(let number):
      return Parts(
        reason: .killed,
        message: "the \(session.targetNoun) was killed by \(session.signal(number))",
        signal: Int(number))
    case .ended(let status):
      return Parts(reason: .ended, message: end(status), status: Int(clamping: status))
    }
  }

  private var faultParts: Parts {
    if let fault = session.exits.fault {
      let answer = FaultAnswer(fault, in: session, by: disassembler)
      return Parts(reason: .hypervisorFault, fault: answer)
    }
    return Parts(
      reason: .hypervisorFault,
      message: session.exits.way == .context
        ? "the hypervisor took a fatal exception at EL2 and halted; its report is on the console"
        : "the hypervisor took a fault at EL2")
  }

  private func end(_ status: UInt64) -> String {
    // Ours ends the machine when its guest does. What another does is its own.
    if session.exits.way == .context, status == 0 { return "the guest has powered off" }
    if session.hasHypervisor, status == 0 { return "the machine has powered off" }
    let verb = session.target.isMachine ? "ended" : "exited"
    return "the \(session.targetNoun) \(verb) with status \(status)"
  }
}

extension SessionEvent {
  /// The breakpoints and catchpoints that stopped the target.
  var breakpoints: [Breakpoint] {
    switch self {
    case .exit(let hits), .entry(let hits), .breakpoint(let hits), .hypervisorFault(let hits),
      .conditionFailed(_, _, let hits):
      hits
    default: []
    }
  }
}

/// Where the CPU is, without a stop: at the beginning, and before the first instruction.
struct LocationAnswer: Answer {
  static let kind = "location"
  /// The place.
  let place: PlaceAnswer
}
