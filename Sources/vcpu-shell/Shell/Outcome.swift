internal import VCpuDebug

/// What a command came to. The loop tells it, and does what a command has to leave to it.
enum Outcome {
  /// There is nothing to tell.
  case done
  /// An answer, and how much of it is shown.
  case answer(any RenderedAnswer, Detail = .full)
  /// As much of an answer as there is, and why it ends there.
  case partial(any RenderedAnswer, any Error)
  /// The target is to run; the loop decides what happens until it stops.
  case run(Run)
  /// The commands of a file are to be run.
  case script(path: String)
  /// Further lines belong to the command, up to `end`. `body` gets those that are not blank and no comments.
  case lines(prompt: String, missingEnd: String, body: ([String]) throws -> Outcome)
  /// Another line is to be run, whose answer goes to a sink.
  case redirected(String, Sink)
  /// A person may not want what comes next: a script is not asked.
  case confirmation(String, then: () throws -> Outcome)
  /// The shell is to end.
  case quit
}

/// A run of the target.
struct Run {
  /// How many stops at breakpoints are passed over first.
  var passesOver = 0
  /// Whether what is typed meanwhile goes to the guest's console.
  var forwardsKeys = false
  /// The number of a `continue`: in the commands of a breakpoint it says what to do when they are done.
  var continuation: Int?
  /// What is said before the target runs.
  var note: MessageAnswer?
  /// Sets the session going.
  let start: (HypervisorSession) throws -> Void
}
