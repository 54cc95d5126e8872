// The packet `F`, with which a stub asks the client to access files.
//
// Source: GDB manual, File-I/O Remote Protocol Extension.

enum FileRequest {
  /// Whether `payload`, which arrived while the target runs, is a request that the target waits
  /// for.
  static func isRequest(_ payload: [UInt8]) -> Bool {
    payload.count > 1 && payload[0] == UInt8(ascii: "F")
  }

  /// Answers that the call failed with an unknown error (9999); then the target goes on.
  ///
  /// This client does not let a target touch files. Start QEMU with `-semihosting-config
  /// target=native` to make it handle such calls itself.
  static let refusal = Command("F-1,270f", expecting: .stop)
}
