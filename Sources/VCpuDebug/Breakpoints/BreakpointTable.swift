internal import ArmVCpu
internal import GDBRemote

/// The breakpoints and catchpoints of a session, by number.
public struct BreakpointTable: Sendable {
  /// All that the user has set, in the order of their numbers.
  public var all: [Breakpoint] { entries.filter { !$0.isInternal } }
  /// All breakpoints, including the debugger's own.
  private var entries: [Breakpoint] = []
  /// The greatest number that was given.
  private(set) var lastNumber = 0

  /// A table without breakpoints.
  public init() {}

  /// Restores a table.
  ///
  /// - Parameter lastNumber: the greatest number that was given; it may be that of a deleted
  ///   breakpoint.
  init(_ all: [Breakpoint], lastNumber: Int) {
    entries = all
    self.lastNumber = lastNumber
  }

  /// Adds a breakpoint and returns it, with its number.
  public mutating func add(_ kind: Breakpoint.Kind, isTemporary: Bool) -> Breakpoint {
    lastNumber += 1
    let breakpoint = Breakpoint(number: lastNumber, kind: kind, isTemporary: isTemporary)
    entries.append(breakpoint)
    return breakpoint
  }

  /// Adds one of the debugger's own, and returns its number, which is negative.
  mutating func addInternal(
    _ kind: Breakpoint.Kind, _ change: (inout Breakpoint) -> Void
  ) -> Int {
    let number = min(entries.map(\.number).min() ?? 0, 0) - 1
    var breakpoint = Breakpoint(number: number, kind: kind, isTemporary: false)
    change(&breakpoint)
    entries.append(breakpoint)
    return number
  }

  /// The same table without the debugger's own.
  var withoutInternal: BreakpointTable { BreakpointTable(all, lastNumber: lastNumber) }

  /// Removes the breakpoint with a number.
  public mutating func delete(_ number: Int) throws(DebugError) {
    entries.remove(at: try index(of: number))
  }

  /// The breakpoint with a number.
  public subscript(number: Int) -> Breakpoint? { entries.first { $0.number == number } }

  /// Changes the breakpoint with a number.
  public mutating func update(
    _ number: Int, _ change: (inout Breakpoint) -> Void
  ) throws(DebugError) {
    change(&entries[try index(of: number)])
  }

  private func index(of number: Int) throws(DebugError) -> Int {
    guard let index = entries.firstIndex(where: { $0.number == number }) else {
      throw .noSuchBreakpoint(number)
    }
    return index
  }

  /// Forgets how often each was hit, for a target that restarts.
  mutating func forgetHits() {
    for index in entries.indices { entries[index].hitCount = 0 }
  }

  /// What has to be found in the hypervisor for them.
  var interest: ExitInterest {
    let wanted = entries.reduce(ExitInterest()) { $1.isEnabled ? $0.union($1.kind.interest) : $0 }
    // At a stop in the hypervisor, the user wants to know which exit it handles.
    return wanted.contains(.exits) && looksIntoHypervisor ? wanted.union(.everyExit) : wanted
  }

  /// What has to be found for those that aren't catchpoints of exits.
  var interestOfOthers: ExitInterest {
    entries.reduce(ExitInterest()) { wanted, entry in
      if case .exit = entry.kind { return wanted }
      return entry.isEnabled ? wanted.union(entry.kind.interest) : wanted
    }
  }

  /// What a filter in the target has to match for the catchpoints of exits, or why it can't be used for them.
  var filterChoice: FilterChoice {
    var plan = FilterPlan()
    for entry in entries where entry.isEnabled {
      guard case .exit(let classes) = entry.kind else { continue }
      plan.entries.append(
        FilterPlan.Entry(
          number: entry.number, classes: classes.reduce(0) { $0 | $1.bit },
          words: entry.condition?.program?.words ?? [],
          // The host counts what only it can evaluate.
          ignoreCount: entry.runsInTarget ? entry.ignoreCount : 0,
          isOneShot: entry.runsInTarget && entry.isTemporary))
    }
    guard !plan.entries.isEmpty else { return .none(nil) }
    if let every = plan.entries.first(where: \.matchesEveryExit) {
      return .none("catchpoint \(every.number) waits for every exit")
    }
    guard plan.fits else {
      return .none(
        "the filter has room for \(ExitFilter.maximumEntryCount) catchpoints and "
          + "\(ExitFilter.maximumWordCount) words")
    }
    return .plan(plan)
  }

  /// Whether there are breakpoints in the hypervisor.
  var looksIntoHypervisor: Bool {
    entries.contains { breakpoint in
      guard breakpoint.isEnabled else { return false }
      return switch breakpoint.kind {
      case .code(let place): place.space.kind == .hypervisor
      case .watch(let watchpoint): watchpoint.places.contains { $0.space.kind == .hypervisor }
      case .exit, .entry, .fault: false
      }
    }
  }

  /// The breakpoints that the target needs, by address; one per address.
  var locations: [UInt64: BreakpointLocation] {
    var locations: [UInt64: BreakpointLocation] = [:]
    for breakpoint in entries where breakpoint.isEnabled {
      guard case .code(let place) = breakpoint.kind else { continue }
      for instruction in place.instructions
      where breakpoint.isHardware || locations[instruction.address] == nil {
        locations[instruction.address] = BreakpointLocation(
          breakpoint.isHardware ? .hardware : .software, at: instruction.address,
          byteCount: instruction.byteCount)
      }
    }
    return locations
  }

  /// The enabled watchpoints, with their numbers.
  var watchpoints: [(number: Int, watchpoint: Watchpoint)] {
    entries.compactMap { entry in
      guard entry.isEnabled, case .watch(let watchpoint) = entry.kind else { return nil }
      return (entry.number, watchpoint)
    }
  }

  /// What has to be taken from guests' pages for the watchpoints.
  var protection: [GuestPage: PagePermission] {
    watchpoints.reduce(into: [:]) { all, entry in
      all.merge(entry.watchpoint.protection) { $0.union($1) }
    }
  }

  /// What the target needs for the watchpoints.
  var watchLocations: Set<BreakpointLocation> {
    Set(watchpoints.flatMap(\.watchpoint.locations))
  }

  /// Whether a stop is for a breakpoint.
  enum Match {
    case no
    case yes
    /// Its condition can't be evaluated, so it stops.
    case unknown(reason: String)
  }

  /// Counts a hit of the enabled breakpoints that `match` picks, and returns those that don't ignore it,
  /// and the first condition that failed.
  mutating func hit(
    _ match: (Breakpoint) throws -> Match
  ) rethrows -> (hits: [Breakpoint], failure: (number: Int, reason: String)?) {
    // All are matched before any hit is counted.
    let matches = try entries.map { try $0.isEnabled ? match($0) : .no }
    var hits: [Breakpoint] = []
    var failure: (number: Int, reason: String)?
    for (index, match) in matches.enumerated() {
      switch match {
      case .no: continue
      case .yes: break
      case .unknown(let reason): failure = failure ?? (entries[index].number, reason)
      }
      entries[index].hitCount += 1
      if entries[index].ignoreCount > 0 {
        entries[index].ignoreCount -= 1
      } else {
        hits.append(entries[index])
      }
    }
    entries.removeAll { breakpoint in
      breakpoint.isTemporary && hits.contains { $0.number == breakpoint.number }
    }
    return (hits, failure)
  }
}
