/// The bytes of a session with a stub, as they were sent: `--rsp-log` writes it, and a
/// `ReplayTransport` plays it.
///
/// The text has one line for each write and each read, and is human-readable:
///
///     # vcpu-shell rsp-log 1
///     0.000123 -> $qSupported:multiprocess+#c6
///     0.000391 <- +$PacketSize=1000;qXfer:features:read+#f3
///
/// Seconds since the beginning with six digits after the point; `->` to the stub or `<-` from it; the
/// bytes, where `\` and everything but printable ASCII is written as `\xNN`. Lines that begin with `#` are
/// comments, except the first, which gives the version of the format. Without it, the version is 1.
public struct Recording: Equatable, Sendable {
  /// The bytes of one write or one read.
  public struct Entry: Equatable, Sendable {
    /// The time since the beginning of the session.
    public var time: Duration
    /// The direction in which the bytes went.
    public var direction: LogDirection
    /// The bytes.
    public var bytes: [UInt8]
    /// The line of the file, counted from 1.
    public var line: Int

    /// Describes a write or a read.
    public init(time: Duration, direction: LogDirection, bytes: [UInt8], line: Int) {
      self.time = time
      self.direction = direction
      self.bytes = bytes
      self.line = line
    }
  }

  /// The version of the format that is written, and the newest that is read.
  public static let version = 1

  /// The most bytes of a file that are read: 256 MiB.
  public static let fileByteLimit = 1 << 28

  /// The writes and reads, in order.
  public private(set) var entries: [Entry] = []

  /// Reads the text of a recording.
  ///
  /// - Throws: for a malformed or unterminated line, a newer format, and a text without packets.
  public init(parsing text: [UInt8]) throws(RecordingError) {
    guard text.count <= Self.fileByteLimit else {
      throw RecordingError("the recording has more than \(Self.fileByteLimit >> 20) MiB")
    }
    var start = 0
    var line = 0
    while start < text.count {
      line += 1
      guard let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) else {
        throw RecordingError(line: line, "is cut off")
      }
      try take(text[start..<end], line)
      start = end + 1
    }
    guard !entries.isEmpty else { throw RecordingError("the recording has no packets") }
  }

  private mutating func take(_ text: ArraySlice<UInt8>, _ line: Int) throws(RecordingError) {
    // E-mail adds carriage returns.
    let text = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
    if text.isEmpty { return }
    if text.first == UInt8(ascii: "#") {
      if line == 1, let version = RecordingLine.version(in: text), version > Self.version {
        throw RecordingError(
          line: line,
          "says that its format is version \(version); this program reads up to \(Self.version)")
      }
      return
    }
    entries.append(try RecordingLine.entry(in: text, line))
  }
}
