internal import ArmVCpu
internal import VCpuDebug

/// How long exits took, counted by powers of two, as `exits histogram` shows it.
struct ExitHistogramAnswer: Answer {
  static let kind = "exitHistogram"
  /// The words for the classes that are counted; empty for all.
  let classes: [String]
  /// The unit of the times.
  let unit: ExitTimeUnit
  /// How many exits there are.
  let count: Int
  /// How long they took together.
  let time: Int
  /// The times, from the least that occurred to the greatest.
  let buckets: [Bucket]

  /// A range of times.
  struct Bucket: Codable, Equatable, Sendable {
    /// The least time.
    let from: Int
    /// The least time of the next range.
    let to: Int
    /// How many exits there are.
    let count: Int
  }

  init(_ counters: ExitCounters, _ wanted: [ExitClass], _ reader: RecordedExitReader) {
    var all = DurationHistogram()
    for (kind, histogram) in counters.all
    where wanted.isEmpty || wanted.contains(where: { kind.isCounted(as: $0) }) {
      all.add(histogram)
    }
    self.init(all, of: wanted.map(\.word), reader)
  }

  init(_ all: DurationHistogram, of words: [String], _ reader: RecordedExitReader) {
    classes = words
    unit = reader.unit
    count = Int(clamping: all.count)
    time = reader.scale.time(all.sum)
    let used = all.counts.indices.filter { all.counts[$0] > 0 }
    guard let first = used.first, let last = used.last else {
      buckets = []
      return
    }
    buckets = (first...last).map { bucket in
      let range = DurationHistogram.range(of: bucket)
      return Bucket(
        from: reader.scale.time(range.lowerBound),
        to: reader.scale.time(range.upperBound &+ (range.upperBound == .max ? 0 : 1)),
        count: Int(clamping: all.counts[bucket]))
    }
  }
}

extension RecordedExitReader {
  /// The records of the class with a word.
  func histogram(_ log: ExitLog, of word: String) -> ExitHistogramAnswer {
    var histogram = DurationHistogram()
    for exit in log.exits where exit.reason.exitClass.word == word {
      if let duration = exit.duration { histogram.add(duration) }
    }
    return ExitHistogramAnswer(histogram, of: [word], self)
  }
}

extension ExitClass {
  /// Whether a class that the recorder counts is a part of another.
  func isCounted(as wanted: ExitClass) -> Bool {
    switch wanted {
    case .any: true
    case .mmio: self == .mmioRead || self == .mmioWrite || self == .mmio
    case .dabt: self == .dabt || isCounted(as: .mmio)
    case .sysreg: self == .sysregRead || self == .sysregWrite || self == .sysreg
    default: self == wanted
    }
  }
}
