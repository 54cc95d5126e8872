internal import VCpuDebug

/// Exits that came again and again, as `exits repeats` shows them.
struct ExitRepeatsAnswer: Answer {
  static let kind = "exitRepeats"
  /// The unit of the times.
  let unit: ExitTimeUnit
  /// How many recorded exits were looked at.
  let examined: Int
  /// The repetitions, the longest first.
  let repetitions: [Repetition]

  /// An exit that came again and again.
  struct Repetition: Codable, Equatable, Sendable {
    /// The last of them.
    let exit: RecordedExitAnswer
    /// How many there were in a row.
    let count: Int
    /// Whether there may have been more, before the oldest record.
    let isAtLeast: Bool
    /// The time from the first to the last.
    let time: Int
    /// Whether the last of them is the vCPU's last exit.
    let isLatest: Bool
    /// Whether the guest makes no progress: it executes the instruction again, and it faults again.
    let isStuck: Bool
  }

  init(_ log: ExitLog, _ reader: RecordedExitReader, limit: Int = 10) {
    unit = reader.unit
    examined = log.exits.count
    repetitions = log.repetitions().prefix(limit).map {
      Repetition(
        exit: reader.answer($0.last), count: $0.count, isAtLeast: $0.isAtLeast,
        time: reader.scale.time($0.last.time &- min($0.firstTime, $0.last.time)),
        isLatest: $0.isLatest, isStuck: $0.isStuck)
    }
  }
}
