internal import Glibc

extension Recording {
  /// Reads the file of a recording.
  public init(contentsOf path: String) throws(RecordingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Recording.failure("read", path) }
    defer { _ = close(descriptor) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // The array outlives the call, which writes within its bounds.
      let count = unsafe part.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw Recording.failure("read", path)
      }
      text += part[..<count]
      guard text.count <= Self.fileByteLimit else {
        throw RecordingError("\(path) is larger than \(Self.fileByteLimit >> 20) MiB")
      }
    }
    try self.init(parsing: text)
  }

  static func failure(_ what: String, _ path: String) -> RecordingError {
    RecordingError("cannot \(what) the recording \(path): \(SystemError.text(errno))")
  }
}
