/// A packet to send, and the kind of answer that it expects.
///
/// Each family of packets has a file that extends this type with its commands.
struct Command: Equatable, Sendable {
  /// What the stub answers.
  enum Expectation: Equatable, Sendable {
    /// One packet, which is never a stop reply.
    case reply
    /// One packet with data of any form, which may look like a stop reply.
    case binary
    /// One packet which may be a stop reply: `?`, `vRun`, `vAttach`, `vStopped`.
    case status
    /// Any number of `O` packets and then one other: `qRcmd`.
    case console
    /// The target runs, and a stop reply comes when it stops.
    case stop
    /// No answer.
    case nothing
  }

  var payload: [UInt8]
  var expectation: Expectation

  init(_ text: String, expecting expectation: Expectation = .reply) {
    payload = Array(text.utf8)
    self.expectation = expectation
  }

  // Each of these consumes the command, so that chaining them copies nothing.

  consuming func appending(_ text: StaticString) -> Command {
    text.withUTF8Buffer { unsafe payload.append(contentsOf: $0) }
    return self
  }

  consuming func appending(_ bytes: [UInt8]) -> Command {
    payload += bytes
    return self
  }

  consuming func appending(hex value: UInt64) -> Command {
    Hex.append(value, to: &payload)
    return self
  }

  consuming func appending(hex bytes: [UInt8]) -> Command {
    payload.reserveCapacity(payload.count + 2 * bytes.count)
    Hex.append(bytes, to: &payload)
    return self
  }
}
