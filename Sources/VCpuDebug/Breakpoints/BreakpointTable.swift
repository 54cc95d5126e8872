internal import GDBRemote

/// The breakpoints and catchpoints of a session, by number.
public struct BreakpointTable: Sendable {
  /// All that a person has set, in the order of their numbers.
  public var all: [Breakpoint] { entries.filter { !$0.isInternal } }
  /// Those of the debugger too.
  private var entries: [Breakpoint] = []
  /// The greatest number that was given.
  private(set) var lastNumber = 0

  /// A table without breakpoints.
  public init() {}

  /// A table as it was.
  ///
  /// - Parameter lastNumber: the greatest number that was given; it may be of one that is deleted.
  init(_ all: [Breakpoint], lastNumber: Int) {
    entries = all
    self.lastNumber = lastNumber
  }

  /// Adds one and returns it, with its number.
  public mutating func add(_ kind: Breakpoint.Kind, isTemporary: Bool) -> Breakpoint {
    lastNumber += 1
    let breakpoint = Breakpoint(number: lastNumber, kind: kind, isTemporary: isTemporary)
    entries.append(breakpoint)
    return breakpoint
  }

  /// Adds one of the debugger's own, and returns its number, which is less than 0.
  mutating func addInternal(_ kind: Breakpoint.Kind, _ condition: Breakpoint.Condition?) -> Int {
    let number = min(entries.map(\.number).min() ?? 0, 0) - 1
    var breakpoint = Breakpoint(number: number, kind: kind, isTemporary: false)
    breakpoint.condition = condition
    entries.append(breakpoint)
    return number
  }

  /// Removes the breakpoint of a number.
  public mutating func delete(_ number: Int) throws(DebugError) {
    entries.remove(at: try index(of: number))
  }

  /// The breakpoint of a number.
  public subscript(number: Int) -> Breakpoint? { entries.first { $0.number == number } }

  /// Changes the breakpoint of a number.
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

  /// Forgets how often each was hit, for a target that begins again.
  mutating func forgetHits() {
    for index in entries.indices { entries[index].hitCount = 0 }
  }

  /// What has to be found of a hypervisor for them.
  var interest: ExitInterest {
    let wanted = entries.reduce(ExitInterest()) { $1.isEnabled ? $0.union($1.kind.interest) : $0 }
    // Who stops in the hypervisor wants to know which exit it handles.
    return wanted.contains(.exits) && looksIntoHypervisor ? wanted.union(.everyExit) : wanted
  }

  /// Whether there are breakpoints in the hypervisor.
  var looksIntoHypervisor: Bool {
    entries.contains { breakpoint in
      guard breakpoint.isEnabled, case .address(_, .hypervisor, _) = breakpoint.kind else {
        return false
      }
      return true
    }
  }

  /// The breakpoints that the target needs, by address: one, where several are at the same.
  var locations: [UInt64: BreakpointLocation] {
    var locations: [UInt64: BreakpointLocation] = [:]
    for breakpoint in entries where breakpoint.isEnabled {
      guard case .address(let address, _, _) = breakpoint.kind,
        breakpoint.isHardware || locations[address] == nil
      else { continue }
      locations[address] = BreakpointLocation(
        breakpoint.isHardware ? .hardware : .software, at: address,
        byteCount: breakpoint.byteCount)
    }
    return locations
  }

  /// Whether a breakpoint is what a stop is for.
  enum Match {
    case no
    case yes
    /// Its condition cannot be evaluated. It stops.
    case unknown(reason: String)
  }

  /// The enabled breakpoints that `match` picks, counted as hit and less those that ignore the hit, and the
  /// first condition that failed.
  mutating func hit(
    _ match: (Breakpoint) throws -> Match
  ) rethrows -> (hits: [Breakpoint], failure: (number: Int, reason: String)?) {
    // All are asked before any is counted.
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
