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

  /// Opens the session with `open` and serves it.
  func run(open: (Shell) throws -> Void) throws -> ExitStatus {
    let shell: Shell
    do {
      shell = try Shell(
        output: .standard, signals: SignalDescriptor(),
        console: ConsoleSink(path: consoleFile), packetLog: options.rspLog.map(PacketLog.init))
    } catch {
      Output.standard.error("\(error)")
      return .commandFailed
    }
    defer { shell.close() }
    do {
      try open(shell)
    } catch {
      shell.report(error)
      return shell.status == .ok ? .commandFailed : shell.status
    }
    let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !options.batch
    if isInteractive, !options.quiet { shell.greet() }
    var succeeded = true
    for step in options.steps(of: CommandLine.arguments) where succeeded && !shell.isDone {
      switch step {
      case .command(let line): succeeded = shell.execute(line)
      case .script(let path): succeeded = shell.run(script: path)
      }
    }
    if options.batch || shell.isDone { return shell.status }
    if isInteractive {
      // What failed so far was told; from here on a person decides.
      try shell.readFromTerminal(history: options.noHistory ? nil : .standard)
    } else if succeeded {
      shell.readFromStandardInput()
    }
    return shell.status
  }
}
