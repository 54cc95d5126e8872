/// Why there is no exit to look at.
public enum NoExit: String, Codable, Equatable, Sendable, CustomStringConvertible {
  /// The CPU is not at one, as far as is known.
  case none
  /// The CPU runs its guest, so that the exit before is over.
  case guestRuns
  /// The hypervisor has not entered a guest on this CPU yet.
  case neverEntered
  /// The vectors are saving the guest's registers.
  case isBeingSaved
  /// The guest's registers are being loaded into the CPU.
  case isBeingEntered
  /// No exit of this CPU was seen.
  case notSeen
  /// The guest is about to be entered, and the exit before was not seen, if there was one.
  case notSeenBeforeEntry
  /// The target ran while exits were not watched: a later one may have gone by.
  case unwatched
  /// The target ran while exits by interrupts were not watched: one of them may have gone by.
  case interruptsUnwatched
  /// What sets the vectors was not watched all the time, and the CPU's registers are not the exit's any more.
  case vectorsUnwatched

  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .none: "the CPU is not at a guest exit: 'catch exit' and 'continue' to stop at one"
    case .guestRuns:
      "the CPU runs its guest, and is at no exit: 'catch exit' and 'continue' to stop at one"
    case .neverEntered:
      "the CPU is not at a guest exit: the hypervisor has not entered a guest on it yet"
    case .isBeingSaved:
      "the exit is being saved: the vectors are between the CPU's registers and the context; 'stepi', or 'catch exit'"
    case .isBeingEntered:
      "the guest is being entered: some of its registers are in the CPU already, and some in the context"
    case .notSeen:
      "no exit of this CPU was seen, and this hypervisor keeps none that is known: 'catch exit' and 'continue' "
        + "to stop at one"
    case .notSeenBeforeEntry:
      "the guest is about to be entered, for the first time or after an exit that was not seen"
    case .interruptsUnwatched:
      "exits by interrupts were not watched while the target ran, so one of them may have gone by: with 'catch exit' "
        + "for any class the exit is known in the handler too"
    case .vectorsUnwatched:
      "the CPU's registers are not those of the last exit that was seen any more, and what sets the vectors at each "
        + "entry is not watched all the time: a later exit may have gone by. With a breakpoint in the hypervisor, "
        + "'continue' watches it"
    case .unwatched:
      "exits were not watched while the target ran, so a later one may have gone by: 'catch exit' and "
        + "'continue' to stop at one"
    }
  }
}
