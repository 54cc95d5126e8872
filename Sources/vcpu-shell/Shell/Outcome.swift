internal import VCpuDebug

/// The result of a command. The loop reports it, and does what the command leaves to the loop.
enum Outcome {
  /// There is nothing to report.
  case done
  /// An answer, and how much of it to show.
  case answer(any RenderedAnswer, Detail = .full)
  /// An incomplete answer, and the error that ended it.
  case partial(any RenderedAnswer, any Error)
  /// Run the target; the loop decides what happens until it stops.
  case run(Run)
  /// Run the commands of a file, with arguments.
  case script(path: String, ScriptArguments)
  /// Run another line, whose answer goes to a sink; nil for the usual destination.
  case line(String, Sink? = nil)
  /// Run a line for each of some CPUs.
  case onThreads(ThreadApplication)
  /// Run statements.
  case statements([Statement])
  /// Run statements as long as `condition`, which is evaluated before each iteration, holds.
  case repeated(condition: () throws -> Bool, [Statement])
  /// Leave the current loop, or begin its next iteration.
  case leavesRound(endsLoop: Bool)
  /// Run statements and, if one fails, others with its error.
  case attempt([Statement], catching: (any Error) -> [Statement])
  /// Run statements as a test, whose failure does not end the script.
  case test(name: String, [Statement])
  /// An assertion was made, whether it holds or not.
  case assertion(AssertionEvent)
  /// Run a command in the system shell.
  case shell(String)
  /// Show, change or leave the full-screen view.
  case screen(ScreenChange)
  /// Run the target until it meets a script's expectation.
  case expectation(Expectation)
  /// Ask a person to confirm first; a script is not asked.
  case confirmation(String, then: () throws -> Outcome)
  /// End the shell, with the given status or that of what has happened.
  case quit(status: Int32?)
}

/// A run of the target.
struct Run {
  /// How many stops at breakpoints are ignored first.
  var passesOver = 0
  /// Whether keys typed meanwhile go to the guest's console.
  var forwardsKeys = false
  /// The number of a `continue`: in a breakpoint's commands it says what to do after them.
  var continuation: Int?
  /// A message to print before the target runs.
  var note: MessageAnswer?
  /// What is shown again and again meanwhile; nil for nothing.
  var refresh: Refresh?
  /// Resumes the session.
  let start: (HypervisorSession) throws -> Void
  /// Called at the end of the run, however it ended, and also if it didn't start.
  var finish: () -> Void = {}
}

/// What is shown again and again while the target runs.
struct Refresh {
  /// The time from one to the next.
  let interval: Duration
  /// Whether the target has to be stopped for it.
  let needsStop: Bool
  /// Shows it, and returns whether it is to be shown again; otherwise the target is stopped.
  let show: () throws -> Bool
}
