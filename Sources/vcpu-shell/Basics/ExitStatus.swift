/// The exit status of the program.
enum ExitStatus: Int32 {
  /// Success.
  case ok = 0
  /// A command failed.
  case commandFailed = 1
  /// The command line is wrong.
  case usage = 2
  /// An assertion of a script failed.
  case assertionFailed = 3
  /// The target was lost, could not be reached, or did not answer in time.
  case targetLost = 4
  /// The guest ended while it was still needed, or with an error.
  case guestEnded = 5
}
