/// Writes events as lines of JSON: one object each.
final class JSONRenderer: EventRenderer {
  private let output: Output
  private var stream: EventStream
  /// The request that is being carried out; nil if there is none.
  private var request: Int?
  /// Whether the current events are about the request itself, rather than about a command of a script that it runs.
  private var isAboutRequest: () -> Bool = { true }
  /// Events from before the first one could be written, since that one describes the session.
  private var early: [(ShellEvent, ContinuousClock.Instant)]? = []
  /// A silent stop and the following `running`, which are written while the target runs: a breakpoint's commands let it
  /// go on immediately, perhaps at thousands of stops.
  private var held: [(ShellEvent, ContinuousClock.Instant)] = []

  /// - Parameter start: when the program started.
  init(_ output: Output, start: ContinuousClock.Instant = .now) {
    self.output = output
    output.allowsCommands = false
    stream = EventStream(start: start)
  }

  let wantsSilentStops = true

  func outputFailed(_ error: OutputError) { output.error("\(error)") }

  func render(_ event: ShellEvent) {
    switch event {
    case .stop(_, isSilent: true):
      flush()
      held = [(event, .now)]
    case .running where !held.isEmpty && request == nil: held.append((event, .now))
    default:
      flush()
      render(event, at: .now)
    }
  }

  func flush() {
    guard !held.isEmpty else { return }
    let events = held
    held = []
    for (event, time) in events { render(event, at: time) }
  }

  /// Everything is JSON anyway.
  func finishLine() {}
  func inJSON(_ body: () throws -> Void) rethrows { try body() }

  /// Carries out a request, and ensures that exactly one event ends it. Another one may already be in progress, while
  /// the target runs.
  ///
  /// - Parameters:
  ///   - isAbout: whether the events are about the request itself, rather than about a command of a script.
  ///   - body: carries it out, and returns whether it succeeded.
  func answering(_ request: Int, isAbout: @escaping () -> Bool, _ body: () -> Bool) {
    let outer = (self.request, isAboutRequest)
    defer { (self.request, isAboutRequest) = outer }
    (self.request, isAboutRequest) = (request, isAbout)
    let succeeded = body()
    flush()
    guard self.request != nil else { return }
    if succeeded {
      write(DoneEvent(request: request), at: .now)
    } else {
      // The stop caused by Ctrl-C or an 'interrupt' was reported, but no error.
      let error = ErrorReport("interrupted", status: .commandFailed, code: .interrupted)
      write(error, of: request, at: .now)
    }
  }

  /// The request, if the current event is about it. The event ends it, unless more events follow.
  private func takeRequest(isOver: Bool = true) -> Int? {
    guard isAboutRequest() else { return nil }
    defer { if isOver { request = nil } }
    return request
  }

  private func render(_ event: ShellEvent, at time: ContinuousClock.Instant) {
    if let early, !event.isFirst {
      self.early = early + [(event, time)]
      return
    }
    switch event {
    case .begin(let target):
      write(BeginEvent(program: Program.name, version: Program.version, target: target), at: time)
      let early = early ?? []
      self.early = nil
      for (event, time) in early { render(event, at: time) }
    case .end(let status): write(EndEvent(status: Int(status)), at: time)
    case .greeting, .failure: break
    case .running:
      write(RunningEvent(request: takeRequest()), at: time)
    case .stop(let stop, let isSilent):
      write(StopEvent(isSilent: isSilent, stop: stop), at: time)
    case .interruption: write(NoteEvent(text: "interrupted"), at: time)
    // The answer goes elsewhere, and the request is done.
    case .answer(let answer, _, _, _) where output.hasSink:
      output.raw(JSONLineEncoder.line(of: AnyAnswer(answer)))
    case .answer(let answer, _, let line, let isPartial):
      write(
        AnswerEvent(
          request: takeRequest(isOver: !isPartial), command: line, isPartial: isPartial,
          answer: AnyAnswer(answer)), at: time)
    case .console(let bytes), .targetConsole(let bytes): console(bytes, at: time)
    case .testBegins(let number, let name, let place):
      write(TestBeginEvent(number: number, name: name, place: place), at: time)
    case .test(let result): write(TestEvent(result), at: time)
    case .assertion(let assertion): write(assertion, at: time)
    case .note(let text): write(NoteEvent(text: text), at: time)
    case .warning(let text): write(WarningEvent(text: text), at: time)
    case .error(let error): write(error, of: takeRequest(), at: time)
    }
  }

  private func write(
    _ error: ErrorReport, of request: Int?, at time: ContinuousClock.Instant
  ) {
    write(
      ErrorEvent(
        request: request, text: error.text, status: Int(error.status.rawValue),
        code: error.code, place: error.place, expression: error.expression?.text,
        column: error.expression?.column), at: time)
  }

  private func console(_ bytes: [UInt8], at time: ContinuousClock.Instant) {
    let newline = UInt8(ascii: "\n")
    var rows = bytes.split(separator: newline, omittingEmptySubsequences: false)
    let endsInLine = bytes.last != newline
    if !endsInLine { rows.removeLast() }
    for (index, row) in rows.enumerated() {
      // A console's line may end in either or both.
      let text = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
      let isPartial = endsInLine && index == rows.count - 1
      write(
        ConsoleEvent(text: String(decoding: text, as: UTF8.self), isPartial: isPartial), at: time)
    }
  }

  /// Each line is one write.
  private func write(_ event: some Event, at time: ContinuousClock.Instant) {
    do {
      output.event(try stream.line(event, at: time))
    } catch {
      // Events consist of strings, whole numbers and the time.
      preconditionFailure("\(event) cannot be written as JSON: \(error)")
    }
  }
}
