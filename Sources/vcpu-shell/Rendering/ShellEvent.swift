/// Something that has happened in a session, to be told.
enum ShellEvent {
  /// A person is greeted: where the target is, if there is one.
  case greeting(LocationAnswer?)
  /// The target was set going.
  case running
  /// The target has stopped.
  case stop(StopAnswer)
  /// A person has interrupted what was going on; told before the stop where that says something else.
  case interruption
  /// A command's answer, to a line as it was given.
  case answer(any RenderedAnswer, Detail, of: String)
  /// What the guest has printed: whole lines, or what there is of one.
  case console([UInt8])
  /// What the target has printed through its stub.
  case targetConsole([UInt8])
  case note(String)
  case warning(String)
  case error(ErrorReport)
}

/// An error as it is told.
struct ErrorReport: Equatable {
  let text: String
  /// The status that the shell would end with for it.
  let status: ExitStatus

  init(_ text: String, status: ExitStatus) {
    self.text = text
    self.status = status
  }
}

/// Shows what happens in a session.
protocol EventRenderer: AnyObject {
  func render(_ event: ShellEvent)
}

/// Shows it to a person.
final class TextRenderer: EventRenderer {
  private let output: Output

  init(_ output: Output) { self.output = output }

  func render(_ event: ShellEvent) {
    switch event {
    case .greeting(let location):
      output.lines(
        ["vcpu-shell 0.1.0: 'help' lists the commands, Ctrl-C stops a running guest"]
          + (location?.lines(.full) ?? []))
    case .running: break
    case .stop(let stop): output.lines(stop.lines(.full))
    case .interruption: output.line("interrupted")
    case .answer(let answer, let detail, _):
      output.answer(answer.lines(detail))
      if let warned = answer as? any Warning {
        for warning in warned.warnings { output.warning(warning) }
      }
    case .console(let bytes), .targetConsole(let bytes): output.console(bytes)
    case .note(let text): output.line(Line("note: " + text))
    case .warning(let text): output.warning(text)
    case .error(let error): output.error(error.text)
    }
  }
}

/// An answer with warnings, which a person is told apart from it.
protocol Warning {
  var warnings: [String] { get }
}

extension BreakpointAnswer: Warning {}
