internal import ArgumentParser
internal import Foundation

/// One run of the shell: a session is opened, the steps of the command line run, then the prompt or
/// standard input is read until the end.
struct ShellProgram {
  let options: SessionOptions
  let consoleFile: String?

  static var executablePath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// Opens the session with `open` and serves it. If a signal asks the program to end, or its output's reader has gone,
  /// it cleans up and then ends by that signal.
  func run(open: (Shell) throws -> Void) throws -> Int32 {
    // If the reader is gone, writes fail with an error, so that the process can clean up before it ends by the signal.
    _ = signal(SIGPIPE, SIG_IGN)
    // The same for a file that reaches its size limit (RLIMIT_FSIZE).
    _ = signal(SIGXFSZ, SIG_IGN)
    let signals: Signals
    do {
      signals = try Signals.ofProcess()
    } catch {
      Output.standard().error("\(error)")
      return ExitStatus.commandFailed.rawValue
    }
    let output = Output.standard(signals, color: options.color)
    let json = tellsJSON ? JSONRenderer(output) : nil
    let renderer: any EventRenderer =
      if let json { json } else if options.tap { TAPRenderer(output) } else { TextRenderer(output) }
    let results = options.junit.map(JUnitFile.init)
    let shell: Shell
    do {
      try results?.check()
      shell = try Shell(
        output: output, renderer: renderer, signals: signals,
        console: ConsoleSink(path: consoleFile, signals: signals),
        packetLog: options.rspLog.map(PacketLog.init))
    } catch {
      let failure = ErrorReport("\(error)", status: .commandFailed, code: ErrorCode(of: error))
      renderer.render(.begin(nil))
      renderer.render(.error(failure))
      // The failure itself may be that the file can't be written.
      try? results?.write([], [failure])
      renderer.render(.failure(failure))
      renderer.render(.end(ExitStatus.commandFailed.rawValue))
      return ExitStatus.commandFailed.rawValue
    }
    let loop = SessionLoop(shell)
    let status = Result {
      try serve(loop, json, open)
      loop.end()
    }
    shell.close()
    finishTests(of: shell, results)
    shell.tell(.end(shell.exitCode))
    signals.endProcess()
    if shell.isReaderGone {
      _ = signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    try status.get()
    return shell.exitCode
  }

  /// Ends the current test, if any, and writes the tests' results.
  private func finishTests(of shell: Shell, _ results: JUnitFile?) {
    shell.endTests()
    do {
      try results?.write(shell.tests.results, shell.tests.otherFailures)
    } catch {
      shell.report(error)
      // This fails the program regardless of who gave the commands and of the script's own status.
      shell.noteLostOutput()
      // As text on standard error, even if the events are JSON.
      if tellsJSON { shell.output.error("\(error)") }
    }
    if let failure = shell.tests.otherFailures.first { shell.tell(.failure(failure)) }
  }

  private var tellsJSON: Bool { options.format == .jsonl || options.interpreter == .json }

  private func serve(
    _ loop: SessionLoop, _ json: JSONRenderer?, _ open: (Shell) throws -> Void
  ) throws {
    let shell = loop.shell
    do {
      try open(shell)
    } catch {
      shell.tell(.begin(nil))
      shell.report(error)
      shell.raise(.commandFailed)
      return
    }
    shell.tell(.begin(shell.session.map(BeginEvent.Target.init)))
    // From here on there is something to lose.
    shell.signals.interruptEnds = false
    let isInteractive =
      isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !options.batch && !tellsJSON
      && !options.tap
    // A batch has no pager.
    shell.output.isPaged = isInteractive
    if isInteractive {
      shell.guestTerminal = GuestTerminal(
        descriptor: STDIN_FILENO, input: shell.consoleInput)
    }
    if isInteractive, !options.quiet { loop.greet() }
    if let json, options.interpreter == .json {
      try JSONClient(loop, json).serve { runSteps(in: loop) }
      return
    }
    let succeeded = runSteps(in: loop)
    if options.batch || shell.isDone { return }
    if isInteractive {
      // Earlier failures were reported; from here on a person decides.
      try loop.readFromTerminal(keepsHistory: !options.noHistory)
    } else if succeeded {
      loop.readFromStandardInput()
    }
    return
  }

  /// Runs the steps of the command line; returns whether none failed. A command that takes further lines, such as
  /// `commands`, takes them from the steps after it.
  private func runSteps(in loop: SessionLoop) -> Bool {
    var steps = options.steps(of: CommandLine.arguments)[...]
    let rest = ScriptInput(name: "-ex", hasPlaces: false) {
      guard case .command(let line)? = steps.first else { return nil }
      steps.removeFirst()
      return line
    }
    while let step = steps.popFirst(), !loop.shell.isDone {
      switch step {
      case .command(let line):
        loop.inputs.append(rest)
        defer { loop.inputs.removeLast() }
        guard loop.execute(line) else { return false }
      case .script(let path):
        guard loop.run(script: path) else { return false }
      }
    }
    return true
  }
}
