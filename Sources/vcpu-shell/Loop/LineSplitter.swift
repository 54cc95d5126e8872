internal import Glibc

/// Splits bytes that come in pieces into lines. It keeps no more than one line of the maximum length.
struct LineSplitter {
  /// The maximum length of a line in bytes.
  let limit: Int

  /// The state of the next line.
  enum Piece: Equatable {
    /// The whole line, without its newline.
    case line(ArraySlice<UInt8>)
    /// A line longer than the limit. It is reported as soon as that is known; the rest of it is dropped.
    case tooLong
    /// More bytes are needed.
    case unfinished
    /// The last line was taken.
    case end
  }

  /// The bytes that are kept.
  private(set) var bytes: [UInt8] = []
  /// Where the next line begins in `bytes`.
  private var start = 0
  /// The position up to which `bytes` has no newline.
  private var searched = 0
  /// Whether the next bytes belong to a line that is too long.
  private var isDropping = false
  private var isAtEnd = false

  init(limit: Int) { self.limit = limit }

  /// Adds bytes that have come.
  mutating func append(_ more: some Collection<UInt8>) {
    bytes.removeFirst(start)
    searched -= start
    start = 0
    bytes += more
  }

  /// Nothing more will come.
  mutating func finish() { isAtEnd = true }

  /// The next line. The last one may have no newline.
  mutating func next() -> Piece {
    while let newline = nextNewline {
      let line = bytes[start..<newline]
      start = newline + 1
      searched = start
      if isDropping {
        isDropping = false
      } else {
        return line.count > limit ? .tooLong : .line(line)
      }
    }
    searched = bytes.count
    if isDropping { start = bytes.count }
    let rest = bytes[start...]
    if rest.count > limit {
      isDropping = true
      start = bytes.count
      return .tooLong
    }
    guard isAtEnd else { return .unfinished }
    start = bytes.count
    return rest.isEmpty ? .end : .line(rest)
  }

  /// The position of the next newline. There may be a lot of input, most of it dropped, so this uses the C library's
  /// search.
  private var nextNewline: Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, searched < buffer.count else { return nil }
      let found = unsafe memchr(base + searched, 0x0a, buffer.count - searched)
      return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
    }
  }
}
