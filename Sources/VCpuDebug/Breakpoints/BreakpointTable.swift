/// The breakpoints and catchpoints of a session, by number.
public struct BreakpointTable: Sendable {
  /// All of them, in the order of their numbers.
  public private(set) var all: [Breakpoint] = []
  private var lastNumber = 0

  /// Adds one and returns it, with its number.
  public mutating func add(_ kind: Breakpoint.Kind, isTemporary: Bool) -> Breakpoint {
    lastNumber += 1
    let breakpoint = Breakpoint(number: lastNumber, kind: kind, isTemporary: isTemporary)
    all.append(breakpoint)
    return breakpoint
  }

  /// Removes the breakpoint of a number.
  public mutating func delete(_ number: Int) throws(DebugError) {
    all.remove(at: try index(of: number))
  }

  /// Removes all of them.
  public mutating func deleteAll() { all = [] }

  /// The breakpoint of a number.
  public subscript(number: Int) -> Breakpoint? { all.first { $0.number == number } }

  /// Changes the breakpoint of a number.
  public mutating func update(
    _ number: Int, _ change: (inout Breakpoint) -> Void
  ) throws(DebugError) {
    change(&all[try index(of: number)])
  }

  private func index(of number: Int) throws(DebugError) -> Int {
    guard let index = all.firstIndex(where: { $0.number == number }) else {
      throw .noSuchBreakpoint(number)
    }
    return index
  }

  /// Whether exits are to be caught at all.
  var catchesExits: Bool {
    all.contains {
      if case .exit = $0.kind { $0.isEnabled } else { false }
    }
  }

  /// The addresses that need a breakpoint in the target.
  var addresses: Set<UInt64> {
    Set(
      all.compactMap {
        if case .address(let address, _, _) = $0.kind, $0.isEnabled { address } else { nil }
      })
  }

  /// The enabled breakpoints that `matches` picks, counted as hit and less those that ignore the hit.
  mutating func hit(where matches: (Breakpoint) throws -> Bool) rethrows -> [Breakpoint] {
    var hits: [Breakpoint] = []
    for index in all.indices where all[index].isEnabled {
      guard try matches(all[index]) else { continue }
      all[index].hitCount += 1
      if all[index].ignoreCount > 0 {
        all[index].ignoreCount -= 1
      } else {
        hits.append(all[index])
      }
    }
    all.removeAll { breakpoint in
      breakpoint.isTemporary && hits.contains { $0.number == breakpoint.number }
    }
    return hits
  }
}
