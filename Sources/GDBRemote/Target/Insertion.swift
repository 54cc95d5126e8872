/// A breakpoint that was inserted, perhaps several times.
struct Insertion: Equatable {
  /// The condition of each time; nil is none.
  private(set) var conditions: [AgentExpression?] = []

  var count: Int { conditions.count }

  mutating func add(_ condition: AgentExpression?) { conditions.append(condition) }

  /// Takes one time away. False means that there is none with that condition.
  mutating func remove(_ condition: AgentExpression?) -> Bool {
    guard let index = conditions.lastIndex(of: condition) else { return false }
    conditions.remove(at: index)
    return true
  }

  /// What the stub has to be told: nothing, if the target has to stop whatever holds.
  var effective: [AgentExpression] {
    guard !conditions.contains(nil) else { return [] }
    var seen: Set<AgentExpression> = []
    return conditions.compactMap { $0 }.filter { seen.insert($0).inserted }
  }
}
