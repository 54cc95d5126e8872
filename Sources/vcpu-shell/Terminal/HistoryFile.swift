internal import Glibc
internal import SystemPackage

/// Why the history cannot be kept. The shell goes on without it.
struct HistoryFileError: Error, Equatable, CustomStringConvertible {
  let path: String
  /// The system's message.
  let reason: String

  var description: String {
    "cannot keep the history in \(path): \(reason); use --no-history, or make it a writable file"
  }
}

/// The lines typed in earlier sessions: a text file, one line each, readable only by its owner.
///
/// Each line is appended when it is entered, so that concurrent sessions lose nothing.
struct HistoryFile {
  let path: String
  /// How many lines are kept.
  let limit: Int

  static let defaultLimit = 10_000
  /// The maximum number of bytes that are read, from the end of the file.
  private static let byteLimit = 16 << 20

  init(path: String, limit: Int = defaultLimit) {
    self.path = path
    self.limit = limit
  }

  /// `$XDG_STATE_HOME/vcpu-shell/history`, else `~/.local/state/vcpu-shell/history` (XDG Base
  /// Directory Specification 0.8, which ignores relative paths). Nil without a home.
  static func defaultPath(environment: [String: String]) -> String? {
    let state: String
    if let path = environment["XDG_STATE_HOME"], path.hasPrefix("/") {
      state = path
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      state = home + "/.local/state"
    } else {
      return nil
    }
    return state + "/vcpu-shell/history"
  }

  /// Whether a line is worth keeping: it isn't blank, and differs from the last one.
  static func records(_ line: String, after last: String?) -> Bool {
    !line.allSatisfy(\.isWhitespace) && line != last
      && !line.contains { $0.isNewline || $0 == "\0" }
  }

  /// The lines, oldest first, at most `limit`. Shortens a file that has outgrown the limit. A missing file counts as
  /// empty.
  func load() throws(HistoryFileError) -> [String] {
    guard let bytes = try contents() else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard lines.count > limit else { return lines }
    let kept = Array(lines.suffix(limit))
    try replace(with: kept)
    return kept
  }

  /// Adds one line at the end.
  func append(_ line: String) throws(HistoryFileError) {
    createFolders()
    try write(line + "\n", to: path, flags: O_APPEND)
  }

  /// Writes a temporary file and renames it, so that a crash leaves the old file.
  private func replace(with lines: [String]) throws(HistoryFileError) {
    let temporary = "\(path).\(getpid())"
    try write(lines.map { $0 + "\n" }.joined(), to: temporary, flags: O_TRUNC)
    if unsafe rename(temporary, path) != 0 {
      let error = failure()
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  // MARK: System calls

  private func failure() -> HistoryFileError {
    HistoryFileError(path: path, reason: unsafe String(cString: strerror(errno)))
  }

  /// The end of the file; nil if it isn't there.
  private func contents() throws(HistoryFileError) -> [UInt8]? {
    // A pipe would block the shell until something is written to it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure()
    }
    defer { close(descriptor) }
    try requireFile(descriptor)
    let byteCount = lseek(descriptor, 0, SEEK_END)
    let start = max(0, byteCount - off_t(Self.byteLimit))
    guard byteCount >= 0, lseek(descriptor, start, SEEK_SET) >= 0 else { throw failure() }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while bytes.count < Self.byteLimit {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    // The text before the first newline is the end of a cut line.
    return start == 0 ? bytes : Array(bytes.drop { $0 != UInt8(ascii: "\n") })
  }

  private func requireFile(_ descriptor: Int32) throws(HistoryFileError) {
    var information = stat()
    guard unsafe fstat(descriptor, &information) == 0 else { throw failure() }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw HistoryFileError(path: path, reason: "it isn't a regular file")
    }
  }

  private func write(_ text: String, to path: String, flags: Int32) throws(HistoryFileError) {
    let descriptor = unsafe open(
      path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | flags, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    try requireFile(descriptor)
    // The file may predate the rule, or come from an editor.
    guard fchmod(descriptor, 0o600) == 0 else { throw failure() }
    do {
      try FileDescriptor(rawValue: descriptor).writeAll(text.utf8)
    } catch {
      throw HistoryFileError(path: self.path, reason: "\(error)")
    }
  }

  /// An error shows when the file is opened.
  private func createFolders() {
    for (index, character) in zip(path.indices, path)
    where character == "/" && index > path.startIndex {
      _ = unsafe mkdir(String(path[..<index]), 0o700)
    }
  }
}
