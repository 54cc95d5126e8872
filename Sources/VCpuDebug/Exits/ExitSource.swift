internal import GDBRemote

/// One way to find exits. Only its file knows where an exit's parts are.
protocol ExitSource: AnyObject {
  var way: ExitWay { get }
  /// Why this way is used, in a sentence.
  var reason: String { get }
  /// Which of the prepared exits the target stops at: all, only some kinds, or none.
  var coverage: ExitCoverage { get }
  /// A number that changes whenever the addresses may have changed.
  var revision: Int { get }
  /// The known EL2 addresses that every exit passes. They may change at each stop.
  var catchAddresses: Set<UInt64> { get }
  /// The addresses where a stop reveals more of the others.
  var scoutAddresses: Set<UInt64> { get }
  /// The EL2 addresses where a guest is about to be entered.
  var entryAddresses: Set<UInt64> { get }
  /// The EL2 addresses where a fault of the hypervisor itself arrives.
  var faultAddresses: Set<UInt64> { get }

  /// Prepares to stop for `interest`: finds the addresses that the target has now.
  ///
  /// - Throws: `DebugError.cannotFindExits` with what the user can do.
  func prepare(for interest: ExitInterest) throws
  /// Whether a fault of the hypervisor stops without a catchpoint, because it should never take one.
  var stopsAtFaults: Bool { get }

  /// What to read at the next stop, in addition to the general registers.
  func requests() -> [Request]
  /// What a CPU is at, by the answers to `requests()`, which are empty if nothing was requested.
  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting
  /// The exit that a CPU handles while it is at none of the addresses, if the hypervisor's memory shows it; nil if
  /// only the debugger can have recorded it.
  func handledExit(at state: CPUState) throws -> Exit?
  /// Gives up an address where the target refuses a breakpoint. Returns whether that is possible.
  func giveUp(_ address: UInt64, because reason: String) -> Bool
  /// The user resumes the target, from an exit's address or elsewhere.
  func beginRun(fromExit: Bool)
  /// EL2's known exception returns, the likeliest first.
  var exceptionReturns: [UInt64] { get }
  /// Whether exits may be missed although they are watched: the vectors may move unnoticed.
  var isUnsure: Bool { get }
  /// How often it turned out that exits may have been missed.
  var gapCount: Int { get }
  /// The target is resumed: what was checked at the stop must be checked again at the next.
  func noteResume()
  /// Whether a CPU at EL2 has halted for good, after a fault.
  func isHalted(_ state: CPUState) -> Bool
  /// The address of the hypervisor's `avcpu_observer`, which records exits and filters them; nil without one.
  var observer: UInt64? { get }
  /// Whether the target stops only at the exits that the hypervisor's filter matches.
  var isFiltering: Bool { get set }
  /// The address that exits pass now, with the CPU in the same state, if a CPU is at one that they passed before; nil
  /// otherwise.
  func catchAddress(after address: UInt64) -> UInt64?
  /// The instruction at an address that exits pass, if it was read at the stop.
  func instruction(at state: CPUState) -> UInt32?
  /// Watches a CPU's vectors, for which exits must be prepared.
  ///
  /// - Returns: why exits through them don't stop, in a sentence without a full stop; nil if they do.
  func watch(vectorsAt base: UInt64) throws -> String?
  /// The known vector tables.
  var vectorTables: [Exits.VectorTable] { get }
  /// The state of the search for them.
  var vectorSearch: Exits.Search { get }
}

/// The events that a session waits for, among those that an exit source has addresses for.
struct ExitInterest: OptionSet {
  let rawValue: Int
  /// Synchronous exits, of any class.
  static let exits = ExitInterest(rawValue: 1)
  static let entries = ExitInterest(rawValue: 2)
  static let faults = ExitInterest(rawValue: 4)
  /// The vectors' addresses, for another way: for faults that stop without a catchpoint.
  static let vectors = ExitInterest(rawValue: 8)
  /// Exits by interrupts and by SErrors. A guest that is stopped at each interrupt only gets from one tick of its
  /// host's timer to the next, so they are ignored unless a catchpoint asks for them.
  static let irqs = ExitInterest(rawValue: 16)
  static let fiqs = ExitInterest(rawValue: 32)
  static let serrors = ExitInterest(rawValue: 64)
  /// Exits of every kind.
  static let everyExit: ExitInterest = [.exits, .irqs, .fiqs, .serrors]
}

/// Which exits the target stops at.
enum ExitCoverage: String, Codable {
  case none
  /// Those of some vectors.
  case some
  /// Each exit of each CPU.
  case all
}

/// What a CPU is at.
enum ExitSighting {
  /// At an address that exits pass, or where a guest is entered.
  case exit(Exit)
  /// In EL2, somewhere else.
  case elsewhere
  /// Below EL2, in a guest: an earlier exit is over.
  case guest
  /// Neither in EL2 nor in a guest: in the hypervisor's host, or in the firmware. The exit may be handled there.
  case host
  /// The machine restarts: everything seen before is over.
  case reset
}

extension ExitSource {
  func noteResume() {}
  /// All exits pass the same code, whatever vectors lead to it.
  func watch(vectorsAt base: UInt64) throws -> String? { nil }
  func beginRun(fromExit: Bool) {}
  func catchAddress(after address: UInt64) -> UInt64? { nil }
  var observer: UInt64? { nil }
  var isFiltering: Bool {
    get { false }
    set {}
  }
  var gapCount: Int { 0 }
  var isUnsure: Bool { false }
  var vectorTables: [Exits.VectorTable] { [] }
  var vectorSearch: Exits.Search { Exits.Search() }
  var revision: Int { 0 }
  func isHalted(_ state: CPUState) -> Bool { false }
  func instruction(at state: CPUState) -> UInt32? { nil }

  /// Whether a CPU at EL2 with this PC is at an address that every exit passes.
  func isCatchAddress(_ state: CPUState) -> Bool {
    state.isAtEL2 && catchAddresses.contains(state.pc)
  }
}

extension Exits {
  /// Which state of the addresses was seen: the session's own, and those of the source.
  struct Revision: Equatable {
    let own: Int
    let source: Int
  }
}
