/// Something that is read from a file a slice at a time: ahead of need while there is nothing else to do, or all of it
/// at the first need.
protocol SlicedReading: AnyObject {
  /// How much of `byteCount` has been read.
  var readByteCount: UInt64 { get }
  /// How much there is to read, in bytes of the file.
  var byteCount: UInt64 { get }
  /// Reads the next slice, which takes a few milliseconds.
  ///
  /// - Returns: false if there was nothing left.
  @discardableResult func advance() -> Bool
}

extension SlicedReading {
  /// Whether all of it has been read.
  var isRead: Bool { readByteCount >= byteCount }

  /// Reads what is left, unless it is interrupted: then it can be finished later.
  ///
  /// - Parameter note: is told how far it is, after each slice. The last time all is read.
  func finish(_ note: ReadingNote) {
    while advance() {
      guard note(readByteCount, byteCount) else { return }
    }
  }
}

/// Is told how many bytes have been read, of how many, and says whether to go on.
typealias ReadingNote = (_ done: UInt64, _ total: UInt64) -> Bool
