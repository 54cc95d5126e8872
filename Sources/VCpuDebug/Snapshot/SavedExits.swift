internal import ArmVCpu
internal import GDBRemote

/// How exits are found, and the exits that were seen, in a snapshot.
struct SavedExits: Codable, Equatable {
  /// The way, if there is one.
  var way: Way?
  var wantedWay: String?
  var notes: [String]
  var identification: Identification?
  var lastOfThreads: [ThreadExit]
  var lastOfVCPUs: [SavedExit]
  var counts: [Count]
  var gaps: [Gap]
  /// The threads whose exit was counted at this stop, and by another way.
  var countedThreads: [SavedTarget.Thread]
  var carriedThreads: [SavedTarget.Thread]
  /// Whether the stop has been counted.
  var isStopCounted: Bool

  struct Way: Codable, Equatable {
    var name: String
    var reason: String
    var coverage: ExitCoverage
    var isUnsure: Bool
    var stopsAtFaults: Bool
    var catchAddresses: [SavedNumber]
    var scoutAddresses: [SavedNumber]
    var entryAddresses: [SavedNumber]
    var faultAddresses: [SavedNumber]
    var exceptionReturns: [SavedNumber]
    var vectorTables: [Table]
    var search: Exits.Search
  }
  struct Table: Codable, Equatable {
    var base: SavedNumber
    var use: String
    var isGuests: Bool
  }
  struct Identification: Codable, Equatable {
    var kind: HypervisorKind
    var reasons: [String]
  }
  struct ThreadExit: Codable, Equatable {
    var thread: SavedTarget.Thread
    var exit: SavedExit
  }
  struct Count: Codable, Equatable {
    var origin: SavedExit.Origin
    var count: SavedNumber
  }
  struct Gap: Codable, Equatable {
    var thread: SavedTarget.Thread
    var reason: NoExit
  }
}

extension SavedExits {
  /// The exits that were seen.
  func history() throws(SnapshotError) -> ExitHistory {
    var history = ExitHistory()
    for last in lastOfThreads { history.byCPU[last.thread.id] = try last.exit.exit() }
    for last in lastOfVCPUs { history.byOrigin[last.origin.origin] = try last.exit() }
    for entry in counts {
      guard entry.count.value < 1 << 62 else {
        throw .malformed("a vCPU has too many exits")
      }
      history.counts[entry.origin.origin] = entry.count.value
    }
    for gap in gaps { history.gaps[gap.thread.id] = gap.reason }
    return history
  }

  /// The way that the user wanted.
  func wanted() throws(SnapshotError) -> ExitWay? {
    guard let wantedWay else { return nil }
    guard let way = ExitWay(rawValue: wantedWay) else {
      throw .malformed("exits can't be found by '\(wantedWay)'")
    }
    return way
  }
}
