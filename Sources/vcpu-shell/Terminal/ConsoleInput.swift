internal import Glibc

/// What is typed at the guest's console, by a person or a script, and what that has no room for yet.
@safe final class ConsoleInput {
  private var unsent: [UInt8] = []

  /// How much is kept for a guest that does not read.
  private static let keptByteCount = 1 << 16

  /// Whether bytes wait for room.
  var hasUnsent: Bool { !unsent.isEmpty }
  /// Whether there is room for more that is typed.
  var hasRoom: Bool { unsent.count < Self.keptByteCount }

  /// Takes bytes, which `send` sends.
  func append(_ bytes: [UInt8]) { unsent += bytes }

  /// Sends what is left to `console`, as far as there is room.
  func send(to console: Int32) {
    while !unsent.isEmpty {
      let count = unsafe unsent.withUnsafeBytes { unsafe write(console, $0.baseAddress, $0.count) }
      if count > 0 {
        unsent.removeFirst(count)
      } else if errno != EINTR {
        // Without a console nobody reads it.
        if errno != EAGAIN { unsent = [] }
        return
      }
    }
  }

  /// Drops what is left: the console is another machine's from now on.
  func forget() { unsent = [] }
}
