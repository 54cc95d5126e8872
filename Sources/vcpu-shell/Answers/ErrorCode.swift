/// Which error it is, for programs: those that they may want to tell from each other. All others are `commandFailed`.
enum ErrorCode: String, Codable, CaseIterable, Sendable {
  /// A command cannot be carried out, for a reason that the text has.
  case commandFailed
  /// An assertion of a script does not hold.
  case assertionFailed
  /// An expression, or the format of one, is wrong.
  case badExpression
  /// What went on was ended: by Ctrl-C, by `interrupt`, or by the end of the session.
  case interrupted
  /// The target runs, and what was asked needs it stopped.
  case targetRunning
  /// The target was asked to stop and has not: it still runs.
  case notStopped
  /// There is nothing to stop: the target has stopped already, or has ended.
  case notRunning
  /// The target is gone, and what became of it is not known; or it could not be reached.
  case targetLost
  /// The target has ended.
  case targetEnded
  /// The session is over, as after `detach`.
  case detached
  /// The stub did not answer in time.
  case timeout
  /// The stub refused, in its own words or by a number.
  case stubRefused
  /// There is no exit to look at.
  case notAtExit
  /// The target has no hypervisor.
  case noHypervisor
  /// Memory that isn't there, or cannot be read or written.
  case memoryInaccessible
  /// What cannot be changed.
  case readOnly
  /// A register that the target does not have, or has no value of.
  case noSuchRegister
  /// A number that no breakpoint has.
  case noSuchBreakpoint
  /// A number that no CPU or thread has.
  case noSuchThread
  /// Nothing was done about an exit.
  case refused
  /// The machine could not be started.
  case launchFailed
  /// A file of symbols cannot be used.
  case badSymbolFile
  /// A file that an answer or a log should go to cannot be written.
  case outputFailed
  /// A line that isn't a request.
  case malformedRequest
}
