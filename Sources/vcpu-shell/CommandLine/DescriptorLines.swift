internal import Glibc

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

  /// The next line without its newline; nil at the end. Of one that is longer than 1 MiB nothing is kept, and it is
  /// empty. What cannot be read any more is the end.
  ///
  /// - Parameter willWait: called before more is read, which may take a while.
  func next(willWait: () -> Void) -> ArraySlice<UInt8>? {
    while true {
      switch splitter.next() {
      case .line(let line): return line
      case .tooLong: return []
      case .end: return nil
      case .unfinished:
        willWait()
        read()
      }
    }
  }

  private func read() {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count > 0 { return splitter.append(buffer[..<count]) }
      if count == 0 || errno != EINTR { return splitter.finish() }
    }
  }
}
