/// How long something took, counted by powers of two.
public struct DurationHistogram: Equatable, Sendable {
  /// How many took 0 ticks, 1 tick, 2 and 3, 4 to 7 and so on: 65 numbers.
  public private(set) var counts: [UInt64]
  /// The time of all of them, in ticks.
  public private(set) var sum: UInt64

  /// One that has counted nothing.
  public init() {
    counts = [UInt64](repeating: 0, count: 65)
    sum = 0
  }

  /// One that was counted elsewhere: its `counts`, of which missing ones are 0.
  public init(counts: [UInt64], sum: UInt64) {
    self.counts = Array((counts + [UInt64](repeating: 0, count: 65)).prefix(65))
    self.sum = sum
  }

  /// The number of a time's count.
  public static func bucket(of ticks: UInt64) -> Int { UInt64.bitWidth - ticks.leadingZeroBitCount }

  /// The times that a count has.
  public static func range(of bucket: Int) -> ClosedRange<UInt64> {
    guard bucket > 0 else { return 0...0 }
    let low = UInt64(1) << UInt64(min(bucket, 64) - 1)
    return low...(low &- 1 &+ low)
  }

  /// Counts a time.
  public mutating func add(_ ticks: UInt64) {
    counts[Self.bucket(of: ticks)] &+= 1
    sum &+= ticks
  }

  /// Adds what another has counted.
  public mutating func add(_ other: DurationHistogram) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    sum &+= other.sum
  }

  /// What was counted since an earlier state. It is empty if the counters have been set back since.
  public func since(_ earlier: DurationHistogram) -> DurationHistogram {
    guard zip(counts, earlier.counts).allSatisfy({ $0 >= $1 }) else { return self }
    return DurationHistogram(
      counts: zip(counts, earlier.counts).map { $0 - $1 }, sum: sum &- earlier.sum)
  }

  /// How many were counted.
  public var count: UInt64 { counts.reduce(0, &+) }

  /// The time below which a fraction of all lies. It is estimated: times are taken to be spread evenly between two powers
  /// of two.
  public func percentile(_ fraction: Double) -> UInt64 {
    let total = Double(count)
    guard total > 0 else { return 0 }
    var before = 0.0
    let wanted = max(1, (fraction * total).rounded(.up))
    for (bucket, count) in counts.enumerated() where count > 0 {
      if before + Double(count) >= wanted {
        let range = Self.range(of: bucket)
        let share = (wanted - before - 0.5) / Double(count)
        let width = Double(range.upperBound - range.lowerBound)
        return range.lowerBound + UInt64(min(max(0, share), 1) * width)
      }
      before += Double(count)
    }
    return 0
  }
}

/// The least, mean, median, 99th percentile and greatest of some times, in ticks.
public struct DurationSummary: Equatable, Sendable {
  /// How many times there are.
  public let count: UInt64
  /// Their sum.
  public let sum: UInt64
  /// The least; at least this, if it is an estimate.
  public let minimum: UInt64
  /// Half are less.
  public let median: UInt64
  /// 99 of 100 are less.
  public let percentile99: UInt64
  /// The greatest; at most this, if it is an estimate.
  public let maximum: UInt64
  /// Whether they come from a histogram: only the count and the sum are exact.
  public let isEstimate: Bool

  /// The mean.
  public var mean: UInt64 { count == 0 ? 0 : sum / count }

  /// Of single times.
  public init(of times: [UInt64]) {
    let sorted = times.sorted()
    func at(_ fraction: Double) -> UInt64 {
      guard !sorted.isEmpty else { return 0 }
      let index = Int((fraction * Double(sorted.count)).rounded(.up)) - 1
      return sorted[min(max(0, index), sorted.count - 1)]
    }
    count = UInt64(sorted.count)
    sum = sorted.reduce(0, &+)
    minimum = sorted.first ?? 0
    median = at(0.5)
    percentile99 = at(0.99)
    maximum = sorted.last ?? 0
    isEstimate = false
  }

  /// Of what a histogram has counted.
  public init(of histogram: DurationHistogram) {
    let used = histogram.counts.indices.filter { histogram.counts[$0] > 0 }
    count = histogram.count
    sum = histogram.sum
    minimum = used.first.map { DurationHistogram.range(of: $0).lowerBound } ?? 0
    median = histogram.percentile(0.5)
    percentile99 = histogram.percentile(0.99)
    maximum = used.last.map { DurationHistogram.range(of: $0).upperBound } ?? 0
    isEstimate = true
  }
}
