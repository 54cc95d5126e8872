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

  /// Opens the session with `open` and serves it. A signal that asks the program to end, and the end of who reads
  /// its output, end it by that signal, once all is left as it should be.
  func run(open: (Shell) throws -> Void) throws -> ExitStatus {
    // The end of a reader is an error of a write; what has to be left in order is, before the process ends by it.
    _ = signal(SIGPIPE, SIG_IGN)
    let signals: Signals
    do {
      signals = try Signals.ofProcess()
    } catch {
      Output.standard().error("\(error)")
      return .commandFailed
    }
    let output = Output.standard(signals, color: options.color)
    let json = tellsJSON ? JSONRenderer(output) : nil
    let renderer: any EventRenderer = json ?? TextRenderer(output)
    let shell: Shell
    do {
      shell = try Shell(
        output: output, renderer: renderer, signals: signals,
        console: ConsoleSink(path: consoleFile, signals: signals),
        packetLog: options.rspLog.map(PacketLog.init))
    } catch {
      renderer.render(.begin(nil))
      renderer.render(.error(ErrorReport("\(error)", status: .commandFailed)))
      renderer.render(.end(.commandFailed))
      return .commandFailed
    }
    let loop = SessionLoop(shell)
    let status = Result { try serve(loop, json, open) }
    shell.close()
    shell.tell(.end(shell.status))
    signals.endProcess()
    if shell.isReaderGone {
      _ = signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    return try status.get()
  }

  private var tellsJSON: Bool { options.format == .jsonl || options.interpreter == .json }

  private func serve(
    _ loop: SessionLoop, _ json: JSONRenderer?, _ open: (Shell) throws -> Void
  ) throws -> ExitStatus {
    let shell = loop.shell
    do {
      try open(shell)
    } catch {
      shell.tell(.begin(nil))
      shell.report(error)
      shell.raise(.commandFailed)
      return shell.status
    }
    shell.tell(.begin(shell.session.map(BeginEvent.Target.init)))
    // From here on there is something to lose.
    shell.signals.interruptEnds = false
    let isInteractive =
      isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !options.batch && !tellsJSON
    // Nobody turns the pages of a batch.
    shell.output.isPaged = isInteractive
    if isInteractive { shell.guestTerminal = GuestTerminal(descriptor: STDIN_FILENO) }
    if isInteractive, !options.quiet { loop.greet() }
    if let json, options.interpreter == .json {
      try JSONClient(loop, json).serve { runSteps(in: loop) }
      return shell.status
    }
    let succeeded = runSteps(in: loop)
    if options.batch || shell.isDone { return shell.status }
    if isInteractive {
      // What failed so far was told; from here on a person decides.
      try loop.readFromTerminal(keepsHistory: !options.noHistory)
    } else if succeeded {
      loop.readFromStandardInput()
    }
    return shell.status
  }

  /// Runs the steps of the command line; whether none failed. A command that takes further lines, such as
  /// `commands`, takes them from the steps after it.
  private func runSteps(in loop: SessionLoop) -> Bool {
    var steps = options.steps(of: CommandLine.arguments)[...]
    let rest = ScriptInput(name: "-ex") {
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
