/// The requests that have come from a client, in order. Those that end a wait are handled before their turn.
struct RequestQueue {
  private let input: InputLines
  /// Entries that were read ahead.
  private var entries: ArraySlice<Entry> = []
  private var byteCount = 0
  /// Whether the input has ended: everything that is left is in `entries`.
  private var isAtEnd = false

  /// A line of the input.
  struct Entry {
    let line: RequestLine
    fileprivate let byteCount: Int
    fileprivate let effect: Effect
    /// Whether it is an `interrupt` that has ended a wait before its turn.
    fileprivate(set) var hasEndedWait = false
  }

  /// A request's effect on a wait for something else.
  fileprivate enum Effect { case interrupts, quits, none }

  /// What `next()` has found.
  enum Next {
    case entry(Entry)
    /// More input is needed.
    case unfinished
    case end
  }

  /// The limit on reading ahead, so that a client that only writes doesn't fill the memory.
  private static let entryLimit = 4096
  private static let byteLimit = 4 * InputLines.lineLimit

  init(_ input: InputLines) { self.input = input }

  /// The descriptor to poll for requests.
  var descriptor: Int32 { input.descriptor }

  /// Reads what has come, if anything, without waiting.
  func read() {
    var poller = Poller()
    poller.register(descriptor)
    if let ready = try? poller.wait(until: .now), !ready.isEmpty { input.read() }
  }

  /// The next request.
  ///
  /// - Throws: `ShellError` if the input cannot be read.
  mutating func next() throws(ShellError) -> Next {
    guard let entry = entries.popFirst() else { return try take() }
    byteCount -= entry.byteCount
    return .entry(entry)
  }

  /// The next line of the input that is not blank.
  private func take() throws(ShellError) -> Next {
    while true {
      switch try input.nextPiece() {
      case .line(let bytes):
        if let line = RequestLine(bytes) {
          return .entry(Entry(line: line, byteCount: bytes.count, effect: Self.effect(of: line)))
        }
      case .tooLong:
        let limit = "a line of more than \(InputLines.lineLimit >> 20) MiB isn't a request"
        return .entry(Entry(line: .malformed(limit, id: nil), byteCount: 0, effect: .none))
      case .unfinished: return .unfinished
      case .end: return .end
      }
    }
  }

  private static func effect(of line: RequestLine) -> Effect {
    guard case .request(let request) = line, let command = try? request.resolved else {
      return .none
    }
    if command == InterruptCommand.self { return .interrupts }
    return command == QuitCommand.self ? .quits : .none
  }

  // MARK: Before their turn

  /// Reads ahead as far as allowed. A read error is reported in its turn.
  mutating func lookAhead() {
    guard !isAtEnd, entries.count < Self.entryLimit, byteCount < Self.byteLimit else { return }
    read()
    while entries.count < Self.entryLimit, byteCount < Self.byteLimit, let next = try? take() {
      switch next {
      case .entry(let entry):
        entries.append(entry)
        byteCount += entry.byteCount
      case .unfinished: return
      case .end:
        isAtEnd = true
        return
      }
    }
  }

  /// Whether there is an `interrupt`; if so, it is marked as having ended a wait.
  mutating func takeInterrupts() -> Bool {
    var hasAny = false
    for index in entries.indices where entries[index].effect == .interrupts {
      entries[index].hasEndedWait = true
      hasAny = true
    }
    return hasAny
  }

  /// Whether the pending requests will end the session: by `quit`, or by the end of the input.
  var isEnding: Bool { isAtEnd || entries.contains { $0.effect == .quits } }
}
