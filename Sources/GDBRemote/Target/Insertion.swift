/// A breakpoint that was inserted, perhaps several times.
struct Insertion: Equatable {
  /// The condition of each insertion; nil for none.
  private(set) var conditions: [AgentExpression?] = []

  var count: Int { conditions.count }

  mutating func add(_ condition: AgentExpression?) { conditions.append(condition) }

  /// Removes one insertion. False means that there is none with that condition.
  mutating func remove(_ condition: AgentExpression?) -> Bool {
    guard let index = conditions.lastIndex(of: condition) else { return false }
    conditions.remove(at: index)
    return true
  }

  /// The conditions to send to the stub: none if the target has to stop unconditionally.
  var effective: [AgentExpression] {
    guard !conditions.contains(nil) else { return [] }
    var seen: Set<AgentExpression> = []
    return conditions.compactMap { $0 }.filter { seen.insert($0).inserted }
  }
}
