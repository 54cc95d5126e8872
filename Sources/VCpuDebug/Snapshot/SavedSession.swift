internal import GDBRemote

/// What a session knows besides its target, in a snapshot.
struct SavedSession {
  var hasHypervisor: Bool
  /// Whether the session had set its target going.
  var wasResumed: Bool
  var threadNumbers: [ThreadID: Int]
  /// How exits are found, and what was seen of them, where there is a hypervisor.
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
