internal import Glibc

/// Why a line can't be read.
enum LineError: Error, Equatable, Sendable {
  /// It is longer than 1 MiB, and is dropped. The next one can be read.
  case tooLong
  /// Nothing more can be read; the system's error message.
  case unreadable(String)
}

/// The lines of a descriptor, as they come. At most one chunk and one line are kept.
final class DescriptorLines {
  private let descriptor: Int32
  private var splitter: LineSplitter
  private var buffer = [UInt8](repeating: 0, count: pieceByteCount)

  /// The capacity of a pipe (pipe(7)).
  private static let pieceByteCount = 1 << 16
  /// No log and no value has a longer line.
  private static let lineByteCount = 1 << 20

  /// - Parameter descriptor: stays open.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    splitter = LineSplitter(limit: Self.lineByteCount)
  }

  /// The next line without its newline; nil at the end.
  ///
  /// - Parameter willWait: called before more is read, which may take a while.
  func next(willWait: () -> Void) throws(LineError) -> ArraySlice<UInt8>? {
    while true {
      switch splitter.next() {
      case .line(let line): return line
      case .tooLong: throw .tooLong
      case .end: return nil
      case .unfinished:
        willWait()
        try read()
      }
    }
  }

  private func read() throws(LineError) {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count > 0 { return splitter.append(buffer[..<count]) }
      if count == 0 { return splitter.finish() }
      if errno != EINTR { throw .unreadable(unsafe String(cString: strerror(errno))) }
    }
  }
}
