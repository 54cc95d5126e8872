public import ArmVCpu

/// What a recorder has kept of the last exits.
public struct ExitLog: Equatable, Sendable {
  /// The exits, by time.
  public var exits: [RecordedExit]
  /// How many were recorded since the machine started.
  public var recordedCount: UInt64
  /// How many were overwritten while they were read, or are damaged.
  public var lostCount: UInt64

  /// A log of exits.
  public init(exits: [RecordedExit], recordedCount: UInt64, lostCount: UInt64 = 0) {
    self.exits = exits.sorted { ($0.time, $0.cpu, $0.number) < ($1.time, $1.cpu, $1.number) }
    self.recordedCount = recordedCount
    self.lostCount = lostCount
  }
}

/// How many exits of each class there were on each CPU, and how long they took.
public struct ExitCounters: Equatable, Sendable {
  /// The counters of each CPU, by its number.
  public var cpus: [Int: [ExitClass: DurationHistogram]]

  /// Counters of CPUs.
  public init(_ cpus: [Int: [ExitClass: DurationHistogram]] = [:]) { self.cpus = cpus }

  /// What was counted since an earlier state.
  public func since(_ earlier: ExitCounters) -> ExitCounters {
    ExitCounters(
      Dictionary(
        uniqueKeysWithValues: cpus.map { cpu, classes in
          let before = earlier.cpus[cpu] ?? [:]
          return (
            cpu,
            classes.reduce(into: [:]) { result, next in
              let rest = before[next.key].map { next.value.since($0) } ?? next.value
              if rest.count > 0 { result[next.key] = rest }
            }
          )
        }))
  }

  /// The counters of all CPUs together.
  public var all: [ExitClass: DurationHistogram] {
    cpus.values.reduce(into: [:]) { result, classes in
      for (key, histogram) in classes { result[key, default: DurationHistogram()].add(histogram) }
    }
  }
}

/// Where recorded exits are read. Reading never makes the one who records wait.
public protocol ExitLogSource: AnyObject {
  /// Whether it can be read while the target runs.
  var isReadWhileRunning: Bool { get }
  /// Whether exits are being recorded.
  func isRecording() throws -> Bool
  /// The counters.
  func counters() throws -> ExitCounters
  /// The last exits.
  ///
  /// - Parameter count: how many of each CPU; nil for all that are there.
  func log(last count: Int?) throws -> ExitLog
}
