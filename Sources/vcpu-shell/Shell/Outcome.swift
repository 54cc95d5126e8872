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
  /// The commands of a file are to be run, with arguments.
  case script(path: String, ScriptArguments)
  /// Another line is to be run, whose answer goes to a sink; nil for where its answer would go anyway.
  case line(String, Sink? = nil)
  /// Statements are to be run.
  case statements([Statement])
  /// Statements are to be run as long as `condition` says so, which is asked before each time.
  case repeated(condition: () throws -> Bool, [Statement])
  /// The loop that is run is to be left, or its next round to begin.
  case leavesRound(endsLoop: Bool)
  /// Statements are to be run and, where one fails, others with its error.
  case attempt([Statement], catching: (any Error) -> [Statement])
  /// Statements are a test, whose failure does not end the script.
  case test(name: String, [Statement])
  /// An assertion was made, whether it holds or not.
  case assertion(AssertionEvent)
  /// A command of the system's shell is to be run.
  case shell(String)
  /// The target is to run until something is so that a script expects.
  case expectation(Expectation)
  /// A person may not want what comes next: a script is not asked.
  case confirmation(String, then: () throws -> Outcome)
  /// The shell is to end, with a status of its own or that of what has happened.
  case quit(status: Int32?)
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
