// The packets `qRcmd`, and `O`, which carries output.
//
// Sources: GDB manual, General Query Packets ("qRcmd"), and Stop Reply Packets ("O").

extension Command {
  /// Asks the stub to carry out one of its own commands.
  static func monitor(_ text: String) -> Command {
    Command("qRcmd,", expecting: .console).appending(hex: Array(text.utf8))
  }
}

enum ConsoleOutput {
  /// The bytes of an `O` packet, or nil if `payload` isn't one. `OK` isn't one.
  static func bytes(_ payload: [UInt8]) -> [UInt8]? {
    guard payload.first == UInt8(ascii: "O") else { return nil }
    return Hex.bytes(payload, from: 1)
  }
}
