internal import Glibc

/// A stub that plays a recording: it answers each request with the recorded answer.
///
/// It compares packets, so it doesn't matter how the bytes were split, or whether the client
/// acknowledges. It never waits: what isn't in the recording won't come, so a deadline passes
/// immediately, in terms of `now`.
public final class ReplayTransport: Transport {
  /// How to handle a request that was not recorded at this point.
  public enum Order: Sendable {
    /// Requests must come as recorded. Any other request is an error that names the line, and ends
    /// the connection.
    case strict
    /// Within a stop, requests may come in any order, several times or not at all. A request without a
    /// recorded answer gets the answer of a stub that doesn't know it, or an error. A run goes to the next
    /// recorded stop, whether it is interrupted or not.
    case free
  }

  /// Readable when there is something to read, as a socket would be; -1 if there are no descriptors.
  public let fileDescriptor: Int32

  /// The name of the recording.
  public let peerDescription: String

  /// The time, which passes only when a wait times out.
  public private(set) var now = ContinuousClock.now

  private let script: ReplayScript
  private let order: Order
  private let writeDescriptor: Int32
  private var splitter = WireSplitter()
  private var output: [UInt8] = []
  /// The next exchange.
  private var next = 0
  private var stop = 0
  /// The end of the recording, once the client waits for something after it.
  private var ending: RemoteError?
  private var isSignalled = false
  private var isClosed = false

  /// The longest packet that a client may send.
  static let requestLimit = 1 << 20

  /// Plays `recording`.
  public init(
    _ recording: Recording, order: Order = .strict, name: String = "the recording"
  ) {
    script = ReplayScript(recording)
    self.order = order
    peerDescription = name
    var ends: [Int32] = [-1, -1]
    // The array has room for two. Without descriptors polling isn't possible, but everything else
    // works.
    _ = unsafe pipe(&ends)
    for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    fileDescriptor = ends[0]
    writeDescriptor = ends[1]
    say(script.prologue)
  }

  deinit { close() }

  // MARK: Transport

  /// Appends what has been answered, without waiting.
  public func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    if isClosed { return .closed }
    if output.isEmpty {
      if let ending { throw ending }
      return .nothing
    }
    buffer += output
    defer {
      output = []
      signal(ending != nil)
    }
    return .bytes(output.count)
  }

  /// Tells whether there is something to read. If not, the deadline has passed.
  public func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    if isClosed || !output.isEmpty || ending != nil { return true }
    now = max(now, deadline)
    return false
  }

  /// Takes what the client sends, and prepares the answers.
  public func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    if isClosed { throw RemoteError(.connectionClosed, "\(peerDescription) is closed") }
    for item in splitter.take(bytes) {
      switch item {
      case .frame(let frame):
        guard let payload = WireSplitter.payload(of: frame) else {
          throw RemoteError(.protocolViolation, "a damaged packet was sent to \(peerDescription)")
        }
        try answer(.packet(payload))
      case .byte(0x03): try answer(.interruption)
      case .byte: break
      }
    }
    guard splitter.unfinishedByteCount <= Self.requestLimit else {
      throw RemoteError(.requestTooLong, "an unterminated packet was sent to \(peerDescription)")
    }
  }

  /// Releases the recording.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    if fileDescriptor >= 0 { _ = Glibc.close(fileDescriptor) }
    if writeDescriptor >= 0 { _ = Glibc.close(writeDescriptor) }
  }

  // MARK: Answers

  private func answer(_ request: ReplayScript.Request) throws(RemoteError) {
    switch order {
    case .strict: try answerStrictly(request)
    case .free: answerFreely(request)
    }
  }

  private func answerStrictly(_ request: ReplayScript.Request) throws(RemoteError) {
    guard next < script.exchanges.count else {
      if let ending { throw ending }
      throw RemoteError(
        .connectionClosed,
        "\(peerDescription) ends at line \(script.lastLine), but got \(request.description)")
    }
    let expected = script.exchanges[next]
    guard expected.request == request else {
      throw RemoteError(
        .protocolViolation,
        "line \(expected.line) of \(peerDescription) has \(expected.request.description), but "
          + "got \(request.description)")
    }
    next += 1
    say(expected.answer)
    if request.isResume { endIfNothingFollows() }
  }

  private func answerFreely(_ request: ReplayScript.Request) {
    // The stop was already sent.
    if request == .interruption { return }
    if request.isResume { return resume(request) }
    if let index = recorded(request) {
      next = max(next, index + 1)
      say(script.exchanges[index].answer)
    } else {
      makeUp(ReplayTransport.substitute(for: request, peerDescription))
    }
  }

  /// The exchange that answers a request in this stop: the next one, one after it, or an earlier one.
  private func recorded(_ request: ReplayScript.Request) -> Int? {
    let range = script.stops[stop]
    let start = min(max(next, range.lowerBound), range.upperBound)
    let exchanges = script.exchanges
    return exchanges[start..<range.upperBound].firstIndex { $0.request == request }
      ?? exchanges[range.lowerBound..<start].lastIndex { $0.request == request }
  }

  /// Goes on to the next recorded stop.
  private func resume(_ request: ReplayScript.Request) {
    let range = script.stops[stop]
    guard let index = script.exchanges[range].firstIndex(where: { $0.request.isResume }) else {
      return makeUp("E.the recording ends here, at line \(script.lastLine)")
    }
    let recorded = script.exchanges[index]
    guard recorded.request == request else {
      return makeUp(
        "E.the recording goes on with \(recorded.request.description) in line \(recorded.line), "
          + "but has nothing for \(request.description)")
    }
    next = range.upperBound
    for exchange in script.exchanges[index..<range.upperBound] { say(exchange.answer) }
    if stop + 1 < script.stops.count { stop += 1 }
    endIfNothingFollows()
  }

  /// A target that was still running at the end of the recording never stops.
  private func endIfNothingFollows() {
    guard next == script.exchanges.count else { return }
    var decoder = PacketDecoder()
    decoder.append(output)
    while let frame = decoder.next() {
      if case .packet(let payload) = frame, ConsoleOutput.bytes(payload) == nil { return }
    }
    ending = RemoteError(
      .connectionClosed,
      "the recording ends here: line \(script.lastLine) of \(peerDescription) is its last, and the "
        + "target still runs")
    signal(true)
  }

  /// The answer to a request that has none in the recording.
  private static func substitute(for request: ReplayScript.Request, _ name: String) -> String {
    guard case .packet(let payload) = request, let first = payload.first else { return "" }
    switch first {
    // A session may end at any point.
    case UInt8(ascii: "D"): return "OK"
    // Unsupported: the client does without it.
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), UInt8(ascii: "v"), UInt8(ascii: "x"): return ""
    default: return "E.the recording has no answer to \(request.description) at this stop"
    }
  }

  private func makeUp(_ payload: String) {
    let acknowledgement = script.stubAcknowledges ? [UInt8(ascii: "+")] : []
    say(acknowledgement + PacketEncoder.frame(Array(payload.utf8)))
  }

  // MARK: Bytes

  private func say(_ bytes: [UInt8]) {
    output += bytes
    signal(!output.isEmpty || ending != nil)
  }

  /// Makes the descriptor readable, or not.
  private func signal(_ isReadable: Bool) {
    guard isReadable != isSignalled, !isClosed, fileDescriptor >= 0 else { return }
    isSignalled = isReadable
    var byte: UInt8 = 0
    // One byte goes in and out of a pipe of our own, which therefore never blocks.
    if isReadable {
      _ = unsafe Glibc.write(writeDescriptor, &byte, 1)
    } else {
      _ = unsafe Glibc.read(fileDescriptor, &byte, 1)
    }
  }
}
