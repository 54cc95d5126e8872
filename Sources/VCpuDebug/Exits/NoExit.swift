/// Why there is no exit to show.
public enum NoExit: String, Codable, Equatable, Sendable, CustomStringConvertible {
  /// The CPU isn't at one, as far as is known.
  case none
  /// The CPU runs its guest, so the previous exit is over.
  case guestRuns
  /// The hypervisor has not entered a guest on this CPU yet.
  case neverEntered
  /// The vectors are saving the guest's registers.
  case isBeingSaved
  /// The guest's registers are being loaded into the CPU.
  case isBeingEntered
  /// No exit of this CPU was seen.
  case notSeen
  /// The guest is about to be entered, and the previous exit, if any, was not seen.
  case notSeenBeforeEntry
  /// The target ran while exits were not watched: a later one may have been missed.
  case unwatched
  /// The target ran while exits by interrupts were not watched: one of them may have been missed.
  case interruptsUnwatched
  /// The code that sets the vectors was not watched all the time, and the CPU's registers are no longer the
  /// exit's.
  case vectorsUnwatched

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .none: "the CPU is not at a guest exit: 'catch exit' and 'continue' to stop at one"
    case .guestRuns:
      "the CPU is running its guest, not at an exit: 'catch exit' and 'continue' to stop at one"
    case .neverEntered:
      "the CPU is not at a guest exit: the hypervisor has not entered a guest on it yet"
    case .isBeingSaved:
      "the exit is being saved: the vectors are between the CPU's registers and the context; 'stepi', or 'catch exit'"
    case .isBeingEntered:
      "the guest is being entered: some of its registers are already in the CPU, and some still in the context"
    case .notSeen:
      "no exit of this CPU was seen, and this hypervisor is not known to record them: 'catch exit' and 'continue' "
        + "to stop at one"
    case .notSeenBeforeEntry:
      "the guest is about to be entered, for the first time or after an exit that was not seen"
    case .interruptsUnwatched:
      "exits by interrupts were not watched while the target ran, so one of them may have been missed: "
        + "with 'catch exit' for any class the exit is known in the handler too"
    case .vectorsUnwatched:
      "the CPU's registers are no longer those of the last exit that was seen, and the code that sets the vectors "
        + "at each entry is not watched all the time: a later exit may have been missed. "
        + "With a breakpoint in the hypervisor, 'continue' watches it"
    case .unwatched:
      "exits were not watched while the target ran, so a later one may have been missed: 'catch exit' and "
        + "'continue' to stop at one"
    }
  }
}
