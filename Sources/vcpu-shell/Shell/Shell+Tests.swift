internal import VCpuDebug

/// The tests and assertions of scripts.
extension Shell {
  /// Begins a test. Tests can't be nested.
  ///
  /// - Parameter place: where it is in a script, as `file:line`.
  func beginTest(_ name: String, at place: String?) {
    let test = tests.begin(name, at: place)
    tell(.testBegins(test.number, name, place: place))
  }

  /// Ends the current test: reports its result, and remembers the status of a failure.
  ///
  /// - Parameter error: the error that ended it; nil if it ran to its end.
  func endTest(_ error: (any Error)?) {
    let failure = error.map(errorReport)
    guard let result = tests.end(failure, words: words) else { return }
    tell(.test(result))
    if let failure { raise(failure.status) }
  }

  /// Reports that a test is skipped.
  func skipTest(_ name: String, at place: String?, because reason: String) {
    tell(.test(tests.skip(name, at: place, because: reason)))
  }

  /// Reports an assertion.
  ///
  /// - Throws: `AssertionFailure` if it does not hold.
  func take(_ assertion: AssertionEvent) throws {
    tell(.assertion(assertion))
    if !assertion.isTrue { throw AssertionFailure(assertion: assertion) }
  }

  /// An earlier exit in one line. The target isn't asked for anything.
  func words(_ exit: Exit) -> String {
    guard let session else { return "exit at guest pc \(hexadecimal(exit.pc))" }
    return ExitAnswer(
      exit, in: session, by: disassembler, isPast: true, asksTarget: false
    ).line.plain
  }

  /// Ends the current test, and adds failures outside of tests that have not been reported, so that the results show
  /// every session that did not succeed.
  func endTests() {
    if signals.isEnding {
      let failure = ErrorReport(
        "the shell was asked to end", status: .commandFailed, code: .interrupted)
      if tests.current != nil { endTest(Interrupted(reason: failure.text)) }
      if tests.otherFailures.isEmpty { tests.note(failure: failure) }
    }
    if tests.current != nil { endTest(ShellError("the script has ended within the test")) }
    if exitCode != 0, !tests.hasFailures {
      let isGuest = status == .guestEnded
      tests.note(
        failure: ErrorReport(
          isGuest
            ? "the guest has ended with an error"
            : "the script has ended the session with status \(exitCode)",
          status: status == .ok ? .commandFailed : status,
          code: isGuest ? .targetEnded : .commandFailed))
    }
  }
}
