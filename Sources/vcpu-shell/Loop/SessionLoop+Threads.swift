internal import VCpuDebug

/// `thread apply`.
extension SessionLoop {
  /// Runs a line for each of some CPUs. The one that is selected before is selected afterwards, if it is still there.
  ///
  /// - Throws: the first error, unless the flags say otherwise.
  func run(_ application: ThreadApplication, of line: String) throws -> Flow {
    let session = try shell.requireSession()
    let selected = session.threads.selectedNumber
    let shown = shell.shownThread
    let outerHeading = shell.heading
    defer {
      shell.heading = outerHeading
      if shell.session === session, (try? session.requireStopped()) != nil, let selected,
        selected != session.threads.selectedNumber
      {
        try? session.threads.select(selected)
      }
      shell.shownThread = shown
      shell.examination.next = nil
    }
    for thread in application.threads {
      // As in GDB: the command may have ended the target, or started the machine again.
      guard !isOver, shell.session === session, session.ending == nil else { break }
      try shell.checkInterrupt()
      let flow = try run(application, on: thread, of: line)
      guard case .next = flow else { return flow }
    }
    return .next
  }

  private func run(
    _ application: ThreadApplication, on thread: SessionThread, of line: String
  ) throws -> Flow {
    let session = try shell.requireSession()
    let flags = application.flags
    let heading = ShellEvent.answer(
      ThreadHeadingAnswer(thread, in: session), .full, of: line, isPartial: true)
    shell.heading = nil
    if !flags.isQuiet, flags.isSilent {
      shell.heading = heading
    } else if !flags.isQuiet {
      shell.tell(heading)
    }
    do {
      try session.threads.select(thread.number)
      shell.shownThread = thread.number
      shell.examination.next = nil
      return try interpretAgain(application.line)
    } catch  where flags.toleratesErrors && Self.mayBeAllowed(error) && !shell.isDone {
      if !flags.isSilent {
        shell.tell(
          .warning(shell.errorReport(of: (error as? ScriptError)?.underlying ?? error).text))
      }
      return .next
    }
  }
}

extension ThreadApplication.Flags {
  fileprivate var toleratesErrors: Bool { continues || isSilent }
}
