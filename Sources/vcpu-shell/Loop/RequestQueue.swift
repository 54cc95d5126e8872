/// The requests of a client that have come, in their order. Some are looked at before it is their turn: those that end
/// what is waited for.
struct RequestQueue {
  private let input: InputLines
  /// Those that were read ahead.
  private var entries: ArraySlice<Entry> = []
  private var byteCount = 0
  /// Whether the input has ended: all that is left is in `entries`.
  private var isAtEnd = false

  /// A line of the input.
  struct Entry {
    let line: RequestLine
    fileprivate let byteCount: Int
    fileprivate let effect: Effect
    /// Whether it is an `interrupt` that has ended a wait before its turn.
    fileprivate(set) var hasEndedWait = false
  }

  /// What a request does to a wait for something else.
  fileprivate enum Effect { case interrupts, quits, none }

  /// What there is.
  enum Next {
    case entry(Entry)
    /// More has to come.
    case unfinished
    case end
  }

  /// More are not read ahead, so that a client which only writes does not fill the memory.
  private static let entryLimit = 4096
  private static let byteLimit = 4 * InputLines.lineLimit

  init(_ input: InputLines) { self.input = input }

  /// What to poll for requests.
  var descriptor: Int32 { input.descriptor }

  /// Takes what has come, if anything has, without waiting for it.
  func read() {
    var poller = Poller()
    poller.register(descriptor)
    if let ready = try? poller.wait(until: .now), !ready.isEmpty { input.read() }
  }

  /// The next request.
  ///
  /// - Throws: `ShellError` where the input cannot be read.
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

  /// Reads ahead as far as may be. An input that cannot be read is told of in its turn.
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

  /// Whether there is an `interrupt`, which has ended a wait then.
  mutating func takeInterrupts() -> Bool {
    var hasAny = false
    for index in entries.indices where entries[index].effect == .interrupts {
      entries[index].hasEndedWait = true
      hasAny = true
    }
    return hasAny
  }

  /// Whether the session is to end once it is the turn of what comes: by `quit`, or by the end of the input.
  var isEnding: Bool { isAtEnd || entries.contains { $0.effect == .quits } }
}
