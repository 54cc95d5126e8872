/// The errors that a program may want to tell apart. All others are `commandFailed`.
enum ErrorCode: String, Codable, CaseIterable, Sendable {
  /// A command cannot be carried out; the text says why.
  case commandFailed
  /// An assertion of a script does not hold.
  case assertionFailed
  /// An expression or its format is wrong.
  case badExpression
  /// The command was interrupted by Ctrl-C, by `interrupt`, or by the end of the session.
  case interrupted
  /// The target is running, and the command needs it stopped.
  case targetRunning
  /// The target was asked to stop, but is still running.
  case notStopped
  /// There is nothing to stop: the target has stopped already, or has ended.
  case notRunning
  /// The target is gone and may not have ended properly, or it could not be reached.
  case targetLost
  /// The target has ended.
  case targetEnded
  /// The session is over, as after `detach`.
  case detached
  /// The stub did not answer in time.
  case timeout
  /// The stub refused, with a message or an error number.
  case stubRefused
  /// There is no exit to look at.
  case notAtExit
  /// The target has no hypervisor.
  case noHypervisor
  /// Memory that isn't mapped, or cannot be read or written.
  case memoryInaccessible
  /// Something that cannot be changed.
  case readOnly
  /// A register that the target does not have, or whose value is not available.
  case noSuchRegister
  /// Source that isn't there.
  case noSource
  /// The stack has no frame with the number.
  case noFrame
  /// A name of several functions where one is needed.
  case ambiguousName
  /// No breakpoint has the number.
  case noSuchBreakpoint
  /// No CPU or thread has the number.
  case noSuchThread
  /// An action on an exit was refused, and nothing was done.
  case refused
  /// The machine could not be started.
  case launchFailed
  /// A symbol file cannot be used.
  case badSymbolFile
  /// The file for an answer or a log cannot be written.
  case outputFailed
  /// A line that isn't a request.
  case malformedRequest
}
