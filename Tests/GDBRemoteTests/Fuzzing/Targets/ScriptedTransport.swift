@testable import GDBRemote

/// A stub that reads its part from a script, whatever it is asked.
///
/// Each line is what one read brings: a payload, which is framed here as a fuzzer does not find right
/// checksums; or, behind `!`, bytes as they are, behind `@`, a payload so many times that it does not
/// end soon. `~` alone means that nothing comes before the deadline, and `^` that the connection ends.
/// Time does not pass here, and behind the script nothing comes any more.
final class ScriptedTransport: Transport {
  let fileDescriptor: Int32 = -1
  let peerDescription = "the script"

  private(set) var writes: [[UInt8]] = []
  private(set) var isClosed = false
  private(set) var readByteCount = 0

  private var lines: ArraySlice<ArraySlice<UInt8>>
  private var isAtPause = false
  private var callCount = 0

  init(_ script: ArraySlice<UInt8>) {
    lines = script.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
  }

  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    countCall()
    if isClosed { return .closed }
    guard !isAtPause, let line = lines.popFirst() else { return .nothing }
    let before = buffer.count
    switch line.first {
    case UInt8(ascii: "!"): buffer += line.dropFirst()
    case UInt8(ascii: "@"):
      let frame = PacketEncoder.frame(Array(line.dropFirst()))
      for _ in 0..<200 { buffer += frame }
    case UInt8(ascii: "~"):
      isAtPause = true
      return .nothing
    case UInt8(ascii: "^"):
      isClosed = true
      return .closed
    default: PacketEncoder.append(Array(line), to: &buffer)
    }
    readByteCount += buffer.count - before
    return .bytes(buffer.count - before)
  }

  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    countCall()
    if isAtPause {
      isAtPause = false
      return false
    }
    return !lines.isEmpty || isClosed
  }

  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    countCall()
    if isClosed { throw RemoteError(.connectionClosed, "the script is over") }
    writes.append(bytes)
  }

  func close() { isClosed = true }

  /// A client that goes on without getting anywhere would hang.
  private func countCall() {
    callCount += 1
    precondition(callCount < 100_000, "the client does not come to an end")
  }
}
