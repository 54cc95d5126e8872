internal import GDBRemote
internal import Glibc
internal import VCpuDebug

/// The prompt, and lines of files and of standard input.
extension SessionLoop {
  static let prompt = "(vcpu) "

  /// Shows the greeting.
  func greet() {
    let state = try? shell.session?.requireState()
    let location = state.flatMap { shell.location(of: $0) }
    shell.tell(.greeting(Greeting(shell.session, location: location)))
  }

  /// Reads commands at a prompt until `quit` or Ctrl-D.
  ///
  /// - Parameter keepsHistory: whether typed lines are kept in the user's history file.
  func readFromTerminal(keepsHistory: Bool) throws {
    let path = keepsHistory ? HistoryFile.defaultPath(environment: Self.environment) : nil
    let editor = LineEditor(history: path.map { HistoryFile(path: $0) })
    self.editor = editor
    editor.onKey = { [unowned self] in press($0) }
    defer {
      editor.remove()
      closeScreen()
      self.editor = nil
      shell.output.aroundPrompt = { $0() }
    }
    if let error = editor.historyError {
      shell.tell(.error(ErrorReport(error.description, status: .commandFailed)))
    }
    shell.output.aroundPrompt = { [unowned editor] body in editor.withPromptHidden(body) }
    editor.complete = { [unowned self] line, start, word in
      Completer(shell: shell).completion(of: line, at: start, word: word)
    }
    var lastLine = ""
    while !shell.isDone {
      guard let line = try nextTerminalLine(prompt: Self.prompt) else {
        guard try leaves() else { continue }
        shell.output.show(["quit"])
        shell.isDone = true
        return
      }
      lastLine = run(typed: line, after: lastLine)
    }
  }

  /// The next typed line, after `prompt`; nil for Ctrl-D and when the shell ends. Meanwhile the guest's console is
  /// shown, and the end of the target is noticed.
  private func nextTerminalLine(
    prompt: String, isContinuation: Bool = false
  ) throws -> String? {
    guard let editor else { return nil }
    var entered: String??
    editor.onLine = { entered = .some($0) }
    var reads = true
    while !shell.isDone {
      if !editor.isInstalled {
        if !isContinuation { screen?.refresh() }
        editor.install(prompt: prompt)
      }
      while let key = shell.guestTerminal?.nextTypedAhead() {
        editor.type(key)
        if let line = entered { return line }
      }
      // Something to read of the files is read while there is nothing else to do.
      switch try shell.wait(
        for: shell.session, terminal: STDIN_FILENO, until: reads ? .now : nil)
      {
      case .deadline: reads = shell.readAhead()
      case .terminal:
        // Completion may read names.
        _ = shell.session?.endReading()
        editor.readable()
        if let line = entered {
          shell.output.log([Line(prompt + (line ?? ""))])
          return line
        }
      case .signal(.interrupt):
        editor.discardLine()
        guard !isContinuation else {
          editor.remove()
          return nil
        }
      case .signal(.windowChange):
        shell.onResize()
        screen?.refresh()
      case .signal(.continued):
        screen?.reclaim()
        editor.reclaimTerminal()
      case .signal(.terminate), .signal(.hangUp): shell.isDone = true
      case .signal(.childExited), .target:
        noteUnaskedEvent()
        screen?.refresh()
      case .signal(.quit), .signal(.stop), .console, .readerGone: break
      }
    }
    return nil
  }

  /// The next line of the current input: a script, standard input, or the terminal. For commands that take further
  /// lines.
  func nextInputLine(prompt: String) throws -> ScriptLine? {
    if let input = inputs.last {
      // The input may never end.
      try shell.checkInterrupt()
      return try input.nextLine()
    }
    return try nextTerminalLine(prompt: prompt, isContinuation: true).map {
      typedLines.append($0)
      return ScriptLine($0)
    }
  }

  /// Asks a person before something is lost. A script is not asked.
  ///
  /// - Parameter answerAtEnd: what Ctrl-D means.
  func confirms(_ question: String, atEnd answerAtEnd: Bool = false) throws -> Bool {
    guard editor != nil, inputs.isEmpty else { return true }
    while let answer = try nextTerminalLine(prompt: question + " (y or n) ", isContinuation: true) {
      switch answer.trimmed.lowercased() {
      case "y", "yes": return true
      case "n", "no": return false
      default: shell.output.show(["Please answer y or n."])
      }
    }
    return answerAtEnd
  }

  /// Whether Ctrl-D ends the shell: a machine that has run would be lost, so the shell asks once, as GDB does. Ctrl-D
  /// again means yes.
  private func leaves() throws -> Bool {
    guard !shell.isDone, shell.hasRunningMachine else { return true }
    return try confirms("The machine ends with the shell. Leave anyway?", atEnd: true)
  }

  /// Runs a typed line; an empty one repeats the last command if that makes sense, as in GDB.
  private func run(typed line: String, after last: String) -> String {
    let isEmpty = line.allSatisfy(\.isWhitespace)
    let whole = isEmpty ? CommandTable.standard.repetition(of: last.trimmed) ?? line : line
    typedLines = [whole]
    // The command that ends the log isn't written to it.
    let log = shell.commandLog
    let succeeded = execute(whole)
    shell.renderer.finishLine()
    if let log, log === shell.commandLog, !whole.trimmed.isEmpty {
      let mark = succeeded ? "" : "# failed: "
      log.write(Array(typedLines.map { mark + $0 + "\n" }.joined().utf8))
    }
    return isEmpty ? last : line
  }

  /// Handles an event of the target at the prompt: it ended, or a stop came after the wait was given up.
  func noteUnaskedEvent() {
    guard let session = shell.session, session.hasTarget else { return }
    do {
      if let event = try shell.poll(session) {
        shell.note(event)
        try shell.show(event)
      }
    } catch let error as RemoteError where error.code == .cancelled {
      // Only the examination of the stop was interrupted.
      shell.report(error)
    } catch {
      session.disconnect()
      shell.report((error as? RemoteError).map(shell.lost) ?? error)
    }
  }

  /// Reads commands from standard input that isn't a terminal, until its end or the first failure.
  func readFromStandardInput() {
    let lines = InputLines()
    let input = ScriptInput(name: "standard input") { [unowned self] in try nextLine(of: lines) }
    do {
      try run(input)
    } catch {
      shell.report(error)
    }
  }

  /// The next line of a script or of standard input; nil at its end, when the target is lost, and when the shell is
  /// asked to end. Meanwhile the guest's console is shown.
  ///
  /// - Throws: `Interrupted` for Ctrl-C, and `ShellError` if the input cannot be read.
  func nextLine(of lines: InputLines) throws -> String? {
    while true {
      switch try lines.next() {
      case .whole(let line): return line
      case .end: return nil
      case .unfinished: break
      }
      // The target doesn't change between a script's lines, unless the script makes it.
      let watched = lines.isStandardInput ? shell.session : nil
      // The client may want to end the wait for a pipe without a writer.
      let nextLook = [
        client == nil ? nil : ContinuousClock.now + Shell.lookInterval, shell.timeout?.deadline,
      ].compactMap { $0 }.min()
      switch try shell.wait(for: watched, terminal: lines.descriptor, until: nextLook) {
      case .terminal: lines.read()
      case .deadline:
        if shell.isWaitOver { throw Interrupted() }
        try shell.timeout?.check()
      case .signal(.interrupt): throw Interrupted()
      case .console: break
      case .readerGone: return nil
      case .signal(.terminate), .signal(.hangUp):
        shell.isDone = true
        return nil
      case .signal(.childExited), .target:
        noteUnaskedEvent()
        if shell.status == .targetLost { return nil }
      case .signal(.windowChange): shell.onResize()
      case .signal(.continued): screen?.reclaim()
      case .signal(.quit), .signal(.stop): break
      }
    }
  }

  private static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["HOME", "XDG_STATE_HOME"] {
      if let value = unsafe getenv(name) { values[name] = unsafe String(cString: value) }
    }
    return values
  }
}
