internal import ArmVCpu
internal import GDBRemote

/// A CPU or a thread in a snapshot: everything that could be read of it.
struct SavedThread: Codable, Equatable {
  var id: SavedTarget.Thread
  /// The number for the user.
  var number: Int
  /// The target's description of it.
  var description: SavedText
  /// The general registers in one piece, as the target gives them, and the positions of unavailable
  /// bytes.
  var general: SavedBytes?
  var generalMissing: [Int]?
  var generalFailure: SavedFailure?
  /// The registers of the target's description in its order; null if one could not be read.
  var registers: [SavedBytes?]
  /// Why registers could not be read, by their names.
  var unreadable: [SavedReason]
  /// The system registers that are not among those, by the manual's names.
  var system: [String: SavedNumber]
  /// Why other system registers could not be read.
  var unavailable: [SavedReason]
  /// What it is at, if there is a hypervisor.
  var sighting: SavedSighting?
}

/// What a CPU is at in a snapshot, as seen by the way to find exits.
struct SavedSighting: Codable, Equatable {
  enum Kind: String, Codable {
    case exit, elsewhere, guest, host, reset, problem
  }

  var kind: Kind
  /// The exit that it is at.
  var exit: SavedExit?
  /// Why what it is at could not be read.
  var problem: String?
  /// The exit that it handles, if the hypervisor's memory shows it.
  var handled: SavedExit?
  /// Why it doesn't handle one.
  var noExit: NoExit?
  /// The error when that was looked for.
  var handledProblem: String?
  /// Whether it has halted for good.
  var isHalted: Bool
}
