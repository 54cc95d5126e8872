// The packets of non-stop mode: `QNonStop`, `%Stop`, `vStopped` and `vCtrlC`.
//
// Source: GDB manual, Notification Packets, and Remote Protocol Support for Non-Stop Mode.

extension Command {
  /// Selects non-stop mode, where each thread's stop is a notification, or all-stop mode, where all
  /// threads stop and the stop is a reply.
  static func nonStop(_ isOn: Bool) -> Command { Command("QNonStop:\(isOn ? 1 : 0)") }

  /// Asks for the next stop after a notification: a stop reply, or OK after the last one.
  static let nextStop = Command("vStopped", expecting: .status)

  /// Asks a stub to do what 0x03 does, in a packet that gets an answer.
  static let interrupt = Command("vCtrlC")
}

enum StopNotification {
  /// The stop in a notification, which is `Stop:` and a stop reply.
  static func reply(in payload: [UInt8]) -> StopReply? {
    let prefix = Array("Stop:".utf8)
    guard payload.starts(with: prefix) else { return nil }
    return StopReply(parsing: Array(payload.dropFirst(prefix.count)))
  }
}
