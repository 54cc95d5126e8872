/// Tells what happens as lines of JSON: an object for each event.
final class JSONRenderer: EventRenderer {
  private let output: Output
  private var stream: EventStream
  /// The request that is being carried out; nil where none is.
  var request: Int?
  /// Whether that request was answered: with an answer, an error, or by setting the target going.
  private(set) var isAnswered = false
  /// What happened before the first event could be told, as that says what the session is with.
  private var early: [(ShellEvent, ContinuousClock.Instant)]? = []

  /// - Parameter start: when the program started.
  init(_ output: Output, start: ContinuousClock.Instant = .now) {
    self.output = output
    stream = EventStream(start: start)
  }

  func render(_ event: ShellEvent) { render(event, at: .now) }

  /// Carries out a request. Everything that is told meanwhile and can belong to one belongs to it; if nothing
  /// does, it is told that the request was carried out.
  func answering(_ request: Int, _ body: () -> Void) {
    self.request = request
    isAnswered = false
    body()
    if !isAnswered { write(DoneEvent(request: request), at: .now) }
    self.request = nil
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
    case .end(let status): write(EndEvent(status: Int(status.rawValue)), at: time)
    case .greeting: break
    case .running:
      isAnswered = true
      write(RunningEvent(request: request), at: time)
    case .stop(let stop): write(StopEvent(stop: stop), at: time)
    case .interruption: write(NoteEvent(text: "interrupted"), at: time)
    case .answer(let answer, _, let line):
      isAnswered = true
      write(AnswerEvent(request: request, command: line, answer: AnyAnswer(answer)), at: time)
    case .console(let bytes), .targetConsole(let bytes): console(bytes, at: time)
    case .note(let text): write(NoteEvent(text: text), at: time)
    case .warning(let text): write(WarningEvent(text: text), at: time)
    case .error(let error):
      isAnswered = true
      write(
        ErrorEvent(
          request: request, text: error.text, status: Int(error.status.rawValue), code: error.code,
          place: error.place), at: time)
    }
  }

  private func console(_ bytes: [UInt8], at time: ContinuousClock.Instant) {
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if rows.last?.isEmpty == true { rows.removeLast() }
    for row in rows { write(ConsoleEvent(text: String(decoding: row, as: UTF8.self)), at: time) }
  }

  /// Each line is one write.
  private func write(_ event: some Event, at time: ContinuousClock.Instant) {
    do {
      output.raw(try stream.line(event, at: time))
    } catch {
      // Events are of strings, whole numbers and the time.
      preconditionFailure("\(event) cannot be written as JSON: \(error)")
    }
  }
}
