/// A recording as the client's requests and the stub's answers.
struct ReplayScript {
  /// What the client sends.
  enum Request: Equatable {
    case packet([UInt8])
    case interruption

    /// Whether it resumes the target, and is answered when the target stops.
    var isResume: Bool {
      guard case .packet(let payload) = self, let first = payload.first else { return false }
      switch first {
      case UInt8(ascii: "c"), UInt8(ascii: "C"), UInt8(ascii: "s"), UInt8(ascii: "S"): return true
      case UInt8(ascii: "b"): return payload.count == 2
      case UInt8(ascii: "v"): return payload.starts(with: "vCont;".utf8)
      default: return false
      }
    }

    var isCommand: Bool {
      if case .packet(let payload) = self { payload.starts(with: "qRcmd,".utf8) } else { false }
    }

    var description: String {
      switch self {
      case .packet(let payload): "\"\(ReplayScript.text(payload))\""
      case .interruption: "an interrupt"
      }
    }
  }

  /// A request, and the bytes of its answer.
  struct Exchange {
    var line: Int
    var request: Request
    var answer: [UInt8] = []
  }

  /// What the stub sent before the first request.
  private(set) var prologue: [UInt8] = []
  private(set) var exchanges: [Exchange] = []

  /// The exchanges of each stop, in order. Each range ends with the resume, if there is one, and what
  /// follows it until the target stops.
  private(set) var stops: [Range<Int>] = []

  /// The last line of the recording.
  private(set) var lastLine = 0

  /// Whether the stub acknowledges, so that made-up answers need it, too.
  private(set) var stubAcknowledges = false

  /// Requests that have no answer yet, and the entry that they were written in.
  private var pending: [(index: Int, entry: Int)] = []
  /// Bytes that belong to what comes next, such as a `+` before an answer.
  private var held: [UInt8] = []

  init(_ recording: Recording) {
    var sent = WireSplitter()
    var received = WireSplitter()
    for (number, entry) in recording.entries.enumerated() {
      lastLine = entry.line
      switch entry.direction {
      case .sent:
        for item in sent.take(entry.bytes) { take(sent: item, entry.line, number) }
      case .received:
        for item in received.take(entry.bytes) { take(received: item) }
      }
    }
    attach(held)
    findStops()
  }

  private mutating func take(sent item: WireSplitter.Item, _ line: Int, _ entry: Int) {
    let request: Request
    switch item {
    case .frame(let frame):
      guard let payload = WireSplitter.payload(of: frame) else { return }
      request = .packet(payload)
    case .byte(0x03): request = .interruption
    // Acknowledgements are not compared.
    case .byte: return
    }
    // A client that writes again has given up its earlier requests; only a resume stays pending.
    pending.removeAll { $0.entry != entry && !exchanges[$0.index].request.isResume }
    exchanges.append(Exchange(line: line, request: request))
    if request != .interruption, request != .packet([UInt8(ascii: "k")]) {
      pending.append((exchanges.count - 1, entry))
    }
  }

  private mutating func take(received item: WireSplitter.Item) {
    switch item {
    case .byte(let byte):
      held.append(byte)
      if byte == UInt8(ascii: "+") { stubAcknowledges = true }
      // The client responds to a rejection before anything else can come.
      if byte == UInt8(ascii: "-") { attach([]) }
    case .frame(let frame):
      guard let payload = WireSplitter.payload(of: frame), let first = pending.first else {
        return attach(frame)
      }
      let request = exchanges[first.index].request
      if ConsoleOutput.bytes(payload) != nil, request.isCommand || request.isResume {
        return attach(frame, to: request.isResume ? nil : first.index)
      }
      let isStop = StopReply(parsing: payload) != nil
      if request.isResume {
        // What the client sent while the target ran comes before this.
        attach(frame)
        if isStop || StandardReply(payload) != .other { pending.removeFirst() }
      } else {
        attach(frame, to: first.index)
        // A stop that wasn't asked for isn't an answer.
        if !isStop || request == .packet([UInt8(ascii: "?")]) { pending.removeFirst() }
      }
    }
  }

  /// Adds to the answer of an exchange, by default the last one.
  private mutating func attach(_ bytes: [UInt8], to index: Int? = nil) {
    let all = held + bytes
    held = []
    if let index = index ?? exchanges.indices.last {
      exchanges[index].answer += all
    } else {
      prologue += all
    }
  }

  private mutating func findStops() {
    var start = 0
    var isRunning = false
    for (index, exchange) in exchanges.enumerated() {
      // Interrupts, and answers to file requests, belong to the run.
      if isRunning, exchange.request != .interruption, !exchange.isFileReply {
        stops.append(start..<index)
        start = index
        isRunning = false
      }
      if exchange.request.isResume { isRunning = true }
    }
    stops.append(start..<exchanges.count)
  }

  static func text(_ payload: [UInt8]) -> String {
    let shown = String(decoding: payload.prefix(60), as: UTF8.self)
    return payload.count > 60 ? shown + "…" : shown
  }
}

extension ReplayScript.Exchange {
  /// Whether it answers the target's `F` request.
  var isFileReply: Bool {
    if case .packet(let payload) = request { payload.first == UInt8(ascii: "F") } else { false }
  }
}
