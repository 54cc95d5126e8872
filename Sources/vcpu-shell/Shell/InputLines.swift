internal import Glibc

/// The lines of a descriptor that is polled: what has been read of it, and not yet been taken.
final class InputLines {
  private var bytes: [UInt8] = []
  private var isAtEnd = false

  /// The next line without its newline; nil when more has to be read, and after the end.
  func next() -> String?? {
    if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      defer { bytes.removeFirst(newline + 1) }
      return String(decoding: bytes[..<newline], as: UTF8.self)
    }
    guard isAtEnd else { return nil }
    // The last line may have no newline.
    defer { bytes = [] }
    return .some(bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self))
  }

  /// Takes what a descriptor has, which is readable.
  func read(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    if count > 0 {
      bytes += buffer[..<count]
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      isAtEnd = true
    }
  }
}
