@testable import GDBRemote

/// A stub whose answers come from a script, whatever it is asked.
///
/// Each line is what comes while the client waits: a payload, which is framed here as a fuzzer does not
/// find right checksums; or, after `!`, bytes as they are, after `@`, a payload so many times that it
/// does not end soon. `=9` gives nine right answers to what was asked. A line after `<` is there before anybody waits.
/// `~` alone means that nothing comes before the deadline, and `^` that the connection ends. Time passes only when
/// nothing comes, and after the script nothing comes any more.
final class ScriptedTransport: Transport {
  let fileDescriptor: Int32 = -1
  let peerDescription = "the script"

  private(set) var writes: [[UInt8]] = []
  private(set) var isClosed = false
  private(set) var readByteCount = 0
  private(set) var now = ContinuousClock.now

  private var lines: ArraySlice<ArraySlice<UInt8>>
  /// Whether the client waited for the next line.
  private var isAwaited = false
  private var callCount = 0
  private var stub = AnsweringStub()
  /// The client's requests that were not answered.
  private var requests: [[UInt8]] = []
  private var written = PacketDecoder()

  init(_ script: ArraySlice<UInt8>) {
    lines = script.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
  }

  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    countCall()
    if isClosed { return .closed }
    guard var line = lines.first else { return .nothing }
    if line.first == UInt8(ascii: "<") { line.removeFirst() } else if !isAwaited { return .nothing }
    isAwaited = false
    lines.removeFirst()
    let before = buffer.count
    switch line.first {
    case UInt8(ascii: "!"): buffer += line.dropFirst()
    case UInt8(ascii: "@"):
      let frame = PacketEncoder.frame(Array(line.dropFirst()))
      for _ in 0..<200 { buffer += frame }
    case UInt8(ascii: "="):
      let count = Int(String(decoding: line.dropFirst().prefix(3), as: UTF8.self)) ?? 1
      if count > 1 { lines.insert(Array("=\(count - 1)".utf8)[...], at: lines.startIndex) }
      if let request = takeRequest() {
        PacketEncoder.append(stub.answer(to: request), to: &buffer)
      }
    case UInt8(ascii: "^"):
      isClosed = true
      return .closed
    default:
      // Output isn't an answer.
      if line.first != UInt8(ascii: "O") || line.elementsEqual("OK".utf8) { _ = takeRequest() }
      PacketEncoder.append(Array(line), to: &buffer)
    }
    // A read without data reports that.
    guard buffer.count > before else { return .nothing }
    readByteCount += buffer.count - before
    return .bytes(buffer.count - before)
  }

  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    countCall()
    let isPause = lines.first?.elementsEqual("~".utf8) ?? !isClosed
    if isPause {
      lines = lines.dropFirst()
      now = max(now, deadline)
    }
    isAwaited = !isPause
    return isAwaited
  }

  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    countCall()
    if isClosed { throw RemoteError(.connectionClosed, "the script is over") }
    writes.append(bytes)
    written.append(bytes)
    while let frame = written.next() {
      if case .packet(let request) = frame { requests.append(request) }
    }
  }

  private func takeRequest() -> [UInt8]? { requests.isEmpty ? nil : requests.removeFirst() }

  func close() { isClosed = true }

  /// A client that continues without progress would hang.
  private func countCall() {
    callCount += 1
    precondition(callCount < 100_000, "the client does not come to an end")
  }
}
