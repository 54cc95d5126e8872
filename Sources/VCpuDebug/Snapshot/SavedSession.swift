internal import GDBRemote

/// A session's state in a snapshot, apart from the target.
struct SavedSession {
  var hasHypervisor: Bool
  /// Whether the session had resumed its target.
  var wasResumed: Bool
  var threadNumbers: [ThreadID: Int]
  /// How exits are found, and the exits that were seen, if there is a hypervisor.
  var exits: SavedExits?
  /// What each CPU is at.
  var sightings: [ThreadID: SavedSighting]
  var breakpoints: SavedBreakpoints
}

extension SavedSession {
  init(_ contents: SnapshotContents) {
    hasHypervisor = contents.target.hasHypervisor
    wasResumed = contents.target.wasResumed
    threadNumbers = [:]
    sightings = [:]
    for thread in contents.threads {
      threadNumbers[thread.id.id] = thread.number
      sightings[thread.id.id] = thread.sighting
    }
    exits = contents.exits
    breakpoints = contents.breakpoints
  }
}
