internal import Glibc

/// Why a line can't be had.
enum LineError: Error, Equatable, Sendable {
  /// It is longer than 1 MiB, and nothing of it is kept. The next one can be read.
  case tooLong
  /// Nothing more can be read; why, in the system's words.
  case unreadable(String)
}

/// The lines of a descriptor, as they come. No more than one piece and one line are kept.
final class DescriptorLines {
  private let descriptor: Int32
  private var splitter: LineSplitter
  private var buffer = [UInt8](repeating: 0, count: pieceByteCount)

  /// What a pipe holds (pipe(7)).
  private static let pieceByteCount = 1 << 16
  /// A log has no longer line, and no value has.
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
