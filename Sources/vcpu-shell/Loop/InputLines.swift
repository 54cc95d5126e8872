internal import Glibc

/// The lines of a script or of standard input, one by one, with what has been read but not yet taken. The source may be
/// a pipe that has nothing yet, or one that never ends.
@safe final class InputLines {
  /// The descriptor to poll before `read()`.
  let descriptor: Int32
  /// Whether they are the lines of standard input, which isn't closed with this object.
  let isStandardInput: Bool
  private var splitter = LineSplitter(limit: lineLimit)
  private var failure: ShellError?

  /// The limit for a line: a file with a longer one isn't a script.
  static let lineLimit = 1 << 20
  private static let readByteCount = 1 << 16

  /// The lines of standard input.
  init() {
    descriptor = STDIN_FILENO
    isStandardInput = true
  }

  /// The lines of a file or of a pipe. Opening a pipe doesn't wait for its writer.
  ///
  /// - Throws: `ShellError` if it cannot be read.
  init(path: String) throws(ShellError) {
    descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    isStandardInput = false
    guard descriptor >= 0 else { throw Self.cannotRead(path) }
    var information = stat()
    guard unsafe fstat(descriptor, &information) == 0 else { throw Self.cannotRead(path) }
    guard information.st_mode & S_IFMT != S_IFDIR else {
      throw ShellError("cannot read the script \(path): it is a directory")
    }
  }

  deinit { if !isStandardInput, descriptor >= 0 { close(descriptor) } }

  private static func cannotRead(_ path: String) -> ShellError {
    ShellError("cannot read the script \(path): " + (unsafe String(cString: strerror(errno))))
  }

  /// The state of the next line.
  enum Line: Equatable {
    /// The whole line, without its newline.
    case whole(String)
    /// More must be read.
    case unfinished
    /// The last line was taken.
    case end
  }

  /// The next line. Lines of a file from Windows end in "\r\n".
  func next() throws(ShellError) -> Line {
    switch try nextPiece() {
    case .line(let bytes): return .whole(Self.text(bytes))
    case .tooLong:
      throw ShellError("a line of more than \(Self.lineLimit >> 20) MiB isn't a command")
    case .unfinished: return .unfinished
    case .end: return .end
    }
  }

  /// The bytes of the next line.
  func nextPiece() throws(ShellError) -> LineSplitter.Piece {
    let piece = splitter.next()
    if piece == .unfinished, let failure { throw failure }
    return piece
  }

  /// The text of a line's bytes.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
  }

  /// Reads from the descriptor, which is readable.
  func read() {
    var buffer = [UInt8](repeating: 0, count: Self.readByteCount)
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    if count > 0 {
      splitter.append(buffer[..<count])
    } else if count == 0 {
      splitter.finish()
    } else if errno != EINTR, errno != EAGAIN {
      failure = ShellError("cannot be read: " + (unsafe String(cString: strerror(errno))))
    }
  }
}
