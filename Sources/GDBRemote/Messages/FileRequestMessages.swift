// The packet `F`, with which a stub asks the client to work on files.
//
// Source: GDB manual, File-I/O Remote Protocol Extension.

enum FileRequest {
  /// Whether `payload`, which arrived while the target runs, is a request that keeps it waiting.
  static func isRequest(_ payload: [UInt8]) -> Bool {
    payload.count > 1 && payload[0] == UInt8(ascii: "F")
  }

  /// Says that the call failed with an unknown error (9999), upon which the target goes on.
  ///
  /// This client does not let a target touch files. Give QEMU
  /// `-semihosting-config target=native` to keep such calls to itself.
  static let refusal = Command("F-1,270f", expecting: .stop)
}
