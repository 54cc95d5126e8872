internal import GDBRemote
internal import VCpuDebug

/// Why the target has stopped, and where.
struct StopAnswer: Answer {
  static let kind = "stop"

  /// Why it stopped.
  let reason: Reason
  /// The breakpoints and catchpoints that stopped it, by their numbers.
  let breakpoints: [Int]
  /// The CPU or thread that stopped, if the stub says.
  let thread: Int?
  /// The CPU or thread that was shown before, if it is another one and that should be reported.
  let isOtherThread: Bool
  /// Whether the target is a machine rather than a program.
  let isMachine: Bool
  /// What happened in words, if none of the properties below says it.
  let message: String?
  /// The accesses to watched memory.
  let accesses: [WatchHitAnswer]
  /// The exit that the CPU is at.
  let exit: ExitAnswer?
  /// The entry into a guest that the CPU is at.
  let entry: EntryAnswer?
  /// The hypervisor's own fault.
  let fault: FaultAnswer?
  /// The exception that a step has ended in; for an interruption that of a vector without memory, which the CPU cannot
  /// leave.
  let exception: TakenExceptionAnswer?
  /// In which of the steps of 'stepi N' it stopped; omitted if all of them were made.
  let step: Step?
  /// Where the CPU is; omitted if an exit, an entry or a fault says so, or if the target has ended.
  let place: PlaceAnswer?
  /// A further note on the stop.
  let note: String?
  /// The signal, with its number.
  let signal: Int?
  /// The target's exit status.
  let status: Int?

  /// A step of several.
  struct Step: Codable, Equatable, Sendable {
    /// Its number, from 1.
    let number: Int
    /// How many were to be made.
    let count: Int
  }

  /// Why a target stops.
  enum Reason: String, Codable, CaseIterable, Sendable {
    case exit, entry, breakpoint, watchpoint, location, step, exception, interrupt, hypervisorFault,
      unreadable,
      conditionFailed
    case signal, killed, ended
  }

  /// - Parameters:
  ///   - isOtherThread: whether the thread that stopped isn't the one that was shown before.
  ///   - asksTarget: whether an exit's instruction is read from the target, beyond what came with the stop.
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
    accesses = parts.accesses
    exit = parts.exit
    entry = parts.entry
    fault = parts.fault
    exception = parts.exception
    step =
      parts.reason == .step
      ? nil
      : session.steps.flatMap { $0.count > 1 ? Step(number: $0.number, count: $0.count) : nil }
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

  /// The note on a state from before the CPU went on in AArch32.
  static let stale =
    "stale: the CPU has gone on in AArch32, which its stub does not show; 'monitor info registers' does"
}

/// Builds the parts of a stop that depend on its reason.
private struct StopMaker {
  let event: SessionEvent
  let session: HypervisorSession
  let disassembler: Disassembler
  let asksTarget: Bool

  struct Parts {
    var reason: StopAnswer.Reason
    var message: String?
    var accesses: [WatchHitAnswer] = []
    var exit: ExitAnswer?
    var entry: EntryAnswer?
    var fault: FaultAnswer?
    var exception: TakenExceptionAnswer?
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
      return Parts(
        reason: .exit, message: Self.message(for: hits.filter { !$0.kind.isCatchpoint }),
        exit: exit(session.exit))
    case .entry: return Parts(reason: .entry, entry: EntryAnswer(in: session, by: disassembler))
    case .breakpoint(let hits):
      let message = Self.message(for: hits)
      return Parts(reason: message == nil ? .location : .breakpoint, message: message)
    case .watchpoint(let accesses, let hits):
      let others = hits.filter { hit in !accesses.contains { $0.number == hit.number } }
      return Parts(
        reason: .watchpoint, message: Self.message(for: others),
        accesses: accesses.map { WatchHitAnswer($0, in: session, by: finder) })
    case .stepped: return Parts(reason: .step)
    case .crossed(let kind): return Parts(reason: .step, message: Self.crossing(to: kind))
    case .exception(let exception): return Parts(reason: .exception, exception: answer(exception))
    case .interrupted:
      if let exit = exit(session.exits.caught) {
        return Parts(reason: .interrupt, message: "interrupted at an exit", exit: exit)
      }
      return Parts(
        reason: .interrupt, message: "interrupted",
        exception: (try? session.exits.exceptionWithoutVector()).flatMap(answer))
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

  private static func crossing(to kind: AddressSpace.Kind) -> String {
    switch kind {
    case .guest: "entered the guest"
    case .program: "entered the program at EL0"
    case .hypervisor: "entered the hypervisor"
    case .intermediatePhysical, .physical, .plain: "entered another space"
    }
  }

  private func answer(_ exception: TakenException?) -> TakenExceptionAnswer? {
    exception.map { TakenExceptionAnswer($0, in: session, by: disassembler) }
  }

  /// The breakpoints that a person has set; nil if there are none.
  private static func message(for hits: [Breakpoint]) -> String? {
    let numbers = hits.filter { !$0.isInternal }.map { "\($0.number)" }
    return numbers.isEmpty ? nil : "breakpoint " + numbers.joined(separator: ", ")
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
    // Ours ends the machine when its guest ends. Other hypervisors may not.
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
      .watchpoint(_, let hits), .conditionFailed(_, _, let hits):
      hits
    default: []
    }
  }
}

/// Where the CPU is without a stop: at the start of a session, and before the first instruction.
struct LocationAnswer: Answer {
  static let kind = "location"
  /// The place.
  let place: PlaceAnswer
}
