internal import Glibc

/// Input for the guest's console, typed by a person or sent by a script, including what the console can't accept yet.
@safe final class ConsoleInput {
  private var unsent: [UInt8] = []

  /// How many bytes are kept for a guest that does not read.
  private static let keptByteCount = 1 << 16

  /// Whether bytes wait for room.
  var hasUnsent: Bool { !unsent.isEmpty }
  /// Whether there is room for more that is typed.
  var hasRoom: Bool { unsent.count < Self.keptByteCount }

  /// Adds bytes for `send` to send.
  func append(_ bytes: [UInt8]) { unsent += bytes }

  /// Sends the bytes that are left to `console`, as far as there is room.
  func send(to console: Int32) {
    while !unsent.isEmpty {
      let count = unsafe unsent.withUnsafeBytes { unsafe write(console, $0.baseAddress, $0.count) }
      if count > 0 {
        unsent.removeFirst(count)
      } else if errno != EINTR {
        // Without a console nothing reads them.
        if errno != EAGAIN { unsent = [] }
        return
      }
    }
  }

  /// Drops the bytes that are left: from now on the console is another machine's.
  func forget() { unsent = [] }
}
