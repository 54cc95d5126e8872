internal import GDBRemote

/// One way to find exits. Only its file knows where the parts of one are.
protocol ExitSource: AnyObject {
  var way: ExitWay { get }
  /// Why it is this way, in a sentence.
  var reason: String { get }
  /// Which exits the target stops at, of those that are prepared for: all, or not those of some kinds, or none.
  var coverage: ExitCoverage { get }
  /// Another number after the addresses may have changed.
  var revision: Int { get }
  /// The addresses of EL2 that every exit passes, as far as they are known. They may change at each stop.
  var catchAddresses: Set<UInt64> { get }
  /// The addresses where a stop tells more of the others.
  var scoutAddresses: Set<UInt64> { get }
  /// The addresses of EL2 where a guest is about to be entered.
  var entryAddresses: Set<UInt64> { get }
  /// The addresses of EL2 where a fault of the hypervisor itself arrives.
  var faultAddresses: Set<UInt64> { get }

  /// Gets ready to stop where `interest` says: finds the addresses that the target has now.
  ///
  /// - Throws: `DebugError.cannotFindExits` with what a person can do.
  func prepare(for interest: ExitInterest) throws
  /// Whether a fault of the hypervisor stops though no catchpoint asks for it: where it should never take one.
  var stopsAtFaults: Bool { get }

  /// What to read at the next stop, besides the general registers.
  func requests() -> [Request]
  /// What a CPU is at, by the answers to `requests()`; they are empty where nothing was asked.
  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting
  /// The exit that a CPU handles which is at none of the addresses, where the hypervisor's own memory tells it; nil
  /// where only the debugger's memory can.
  func handledExit(at state: CPUState) throws -> Exit?
  /// Does without the addresses that the target does not take breakpoints at. Whether it can.
  func giveUp(_ address: UInt64, because reason: String) -> Bool
  /// A person sets the target going, where exits pass or elsewhere.
  func beginRun(fromExit: Bool)
  /// Exception returns of EL2 that are known, the likeliest first.
  var exceptionReturns: [UInt64] { get }
  /// Whether exits may go by unseen though they are watched: the vectors may move unseen.
  var isUnsure: Bool { get }
  /// How often it turned out that exits may have gone by unseen.
  var gapCount: Int { get }
  /// The target is set going: what was checked at the stop has to be checked again at the next.
  func noteResume()
  /// Whether a CPU at EL2 has halted for good, after a fault.
  func isHalted(_ state: CPUState) -> Bool
  /// The instruction that a CPU is at where exits pass, if it came with the look.
  func instruction(at state: CPUState) -> UInt32?
  /// The vector tables that it knows.
  var vectorTables: [Exits.VectorTable] { get }
  /// How far its search for them is.
  var vectorSearch: Exits.Search { get }
}

/// What a session waits for, of that which an exit source has addresses for.
struct ExitInterest: OptionSet {
  let rawValue: Int
  /// Synchronous exits, of any class.
  static let exits = ExitInterest(rawValue: 1)
  static let entries = ExitInterest(rawValue: 2)
  static let faults = ExitInterest(rawValue: 4)
  /// Where the vectors are, for another way: for faults that stop though no catchpoint asks for them.
  static let vectors = ExitInterest(rawValue: 8)
  /// Exits by interrupts and by SErrors. A guest that is stopped at each of its interrupts gets no further than from one tick
  /// of its host's timer to the next, so they are left alone where no catchpoint asks for them.
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
  /// Where an exit passes, or where a guest is entered.
  case exit(Exit)
  /// In EL2, somewhere else.
  case elsewhere
  /// Below EL2, in a guest: an exit that there was is over.
  case guest
  /// Not in EL2, but in no guest either: in the host of a hypervisor that has one, or in the firmware. The exit may be
  /// handled there.
  case host
  /// Where the machine begins again: all that was seen is over.
  case reset
}

extension ExitSource {
  func noteResume() {}
  func beginRun(fromExit: Bool) {}
  var gapCount: Int { 0 }
  var isUnsure: Bool { false }
  var vectorTables: [Exits.VectorTable] { [] }
  var vectorSearch: Exits.Search { Exits.Search() }
  var revision: Int { 0 }
  func isHalted(_ state: CPUState) -> Bool { false }
  func instruction(at state: CPUState) -> UInt32? { nil }

  /// Whether a CPU at EL2 with this PC is where every exit passes.
  func isCatchAddress(_ state: CPUState) -> Bool {
    state.isAtEL2 && catchAddresses.contains(state.pc)
  }
}
