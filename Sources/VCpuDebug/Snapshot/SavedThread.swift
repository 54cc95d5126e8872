internal import ArmVCpu
internal import GDBRemote

/// A CPU or a thread in a snapshot: all that could be read of it.
struct SavedThread: Codable, Equatable {
  var id: SavedTarget.Thread
  /// What a person calls it.
  var number: Int
  /// What the target says of it.
  var description: SavedText
  /// The general registers in one, as the target gives them; the places of bytes that it does not have.
  var general: SavedBytes?
  var generalMissing: [Int]?
  var generalFailure: SavedFailure?
  /// The registers of the target's description in its order; null for one that could not be read.
  var registers: [SavedBytes?]
  /// Why those could not be read, by their names.
  var unreadable: [SavedReason]
  /// The system registers that are not among them, by the manual's names.
  var system: [String: SavedNumber]
  /// Why others could not be read.
  var unavailable: [SavedReason]
  /// What it is at, where there is a hypervisor.
  var sighting: SavedSighting?
}

/// What a CPU is at in a snapshot, as the way to find exits has seen it.
struct SavedSighting: Codable, Equatable {
  enum Kind: String, Codable {
    case exit, elsewhere, guest, host, reset, problem
  }

  var kind: Kind
  /// The exit that it is at.
  var exit: SavedExit?
  /// What is wrong with what it is at.
  var problem: String?
  /// The exit that it handles, where the hypervisor's memory tells.
  var handled: SavedExit?
  /// Why it handles none.
  var noExit: NoExit?
  /// What was wrong when that was looked for.
  var handledProblem: String?
  /// Whether it has halted for good.
  var isHalted: Bool
}
