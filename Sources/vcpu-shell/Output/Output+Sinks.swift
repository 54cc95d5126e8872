internal import Glibc
internal import VCpuDebug

/// A system shell command could not be run.
struct SinkCommandError: Error, Equatable, CustomStringConvertible {
  let description: String
}

extension Output {
  /// Runs `body`, whose answer goes to a sink. If `body` fails, a command still gets what was printed before; a file
  /// gets nothing.
  ///
  /// - Throws: the error of `body`, or else that of the sink: a file that cannot be written, a command that does not
  ///   exist. A file is opened before `body` runs. A command that ends early or with a nonzero status isn't an error,
  /// as in a shell.
  func withSink<Result>(_ sink: Sink, _ body: () throws -> Result) throws -> Result {
    switch sink {
    case .file(let path, let append):
      let file = try AnswerFile(
        path: path, subject: "to \(path)", appends: append, signals: signals)
      let result = try with(file, body)
      try file.finish()
      return result
    case .pipe(let command):
      guard allowsCommands else {
        throw SinkCommandError(
          description:
            "cannot run '\(command)': its output would be mixed with the lines of JSON")
      }
      let collected = PipeSink()
      let result = Swift.Result { try with(collected, body) }
      // Nothing is started if there is only an error to report, or while the process ends.
      if !collected.bytes.isEmpty || (try? result.get()) != nil, signals?.isEnding != true {
        let failure = Swift.Result { try run(command, input: collected.bytes) }
        // The first error is reported.
        if case .success = result { try failure.get() }
      }
      return try result.get()
    }
  }

  private func with<Result>(_ sink: any OutputSink, _ body: () throws -> Result) rethrows -> Result
  {
    sinks.append(sink)
    defer { sinks.removeLast() }
    return try body()
  }

  // MARK: Commands

  private func run(_ command: String, input: [UInt8]) throws {
    let status = try status(of: command, input: input)
    switch status {
    case ChildCommand.notExecutable, ChildCommand.notFound:
      throw SinkCommandError(description: "cannot run '\(command)': status \(status)")
    // A person's Ctrl-C, or the end of a later reader.
    case 128 + SIGINT, 128 + SIGPIPE: break
    // The end of this process was passed on to it.
    case 129... where signals?.isEnding == true: break
    case 129...: throw SinkCommandError(description: "'\(command)' ended by signal \(status - 128)")
    default: break
    }
  }

  /// Runs a command, which prints where this process does, until it has ended; returns its status.
  ///
  /// - Parameters:
  ///   - isTimed: whether `timeout` applies: not if a person reads what it shows.
  ///   - wantsTerminal: whether it may use a terminal that the full-screen view has.
  /// - Throws: `TimedOut` if it was ended for that, and `LaunchError` if it could not be started.
  func status(
    of command: String, input: [UInt8], isTimed: Bool = true, wantsTerminal: Bool = false
  ) throws -> Int32 {
    if let screen, wantsTerminal, sinks.isEmpty {
      return try screen.withTerminalGiven {
        try self.status(of: command, input: input, isTimed: isTimed)
      }
    }
    let timeout = isTimed ? timeout : nil
    var take: (([UInt8]) -> Void)?
    var lines = LineAssembler()
    if let sink = sinks.last {
      take = { sink.take($0) }
    } else if !mark.isEmpty || screen != nil {
      take = { [unowned self] in show(lines.append($0)) }
    } else if !inheritsOutput {
      take = { [unowned self] in writeOutput($0) }
    }
    let child = try ChildCommand(
      command, input: input, terminal: traits.keyboard, signals: signals,
      takesErrors: screen != nil, output: take)
    let status = child.end(by: timeout?.deadline)
    show(lines.takePartial())
    if let timeout, child.isOverdue { throw TimedOut(seconds: timeout.seconds) }
    // The terminal has echoed ^C.
    if status == 128 + SIGINT, traits.keyboard != nil, take == nil { writeOutput([0x0a]) }
    return status
  }
}
