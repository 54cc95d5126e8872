/// What was made last, up to a number of values: the oldest makes room.
struct RecentValues<Value> {
  private var values: [UInt64: Value?] = [:]
  private var order: [UInt64] = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// A kept value, which may be nil; nil if it isn't kept.
  func value(for key: UInt64) -> Value?? { values[key] }

  mutating func keep(_ value: Value?, for key: UInt64) {
    if values.updateValue(value, forKey: key) == nil { order.append(key) }
    if order.count > limit { values[order.removeFirst()] = nil }
  }
}
