internal import Glibc
internal import VCpuDebug

/// A file that gets the whole of something or nothing, such as an answer's text, `> FILE` or `>> FILE`, or the memory
/// of `dump`.
final class AnswerFile: OutputSink {
  private let subject: String
  private let signals: Signals?
  private let way: Way
  /// What is written at the end; a file that is replaced gets it as it comes.
  private var bytes: [UInt8] = []
  private var failure: OutputError?

  private enum Way {
    /// It replaces the file.
    case replacement(WholeFile)
    /// It is appended to the file.
    case end(descriptor: Int32, path: String, isNew: Bool, byteCount: Int)
    /// It goes to a device, a pipe, or the shell's own output.
    case stream(OutputFile)
  }

  /// Opens the file; it isn't changed before `finish`.
  ///
  /// - Parameters:
  ///   - subject: what is written there, for errors: "to FILE".
  ///   - appends: whether the text is appended to the file.
  ///   - signals: the signals that end a wait for a pipe's reader.
  /// - Throws: `OutputError` if the file cannot be written. A pipe must already have a reader.
  init(
    path: String, subject: String, appends: Bool = false, signals: Signals? = nil
  ) throws(OutputError) {
    self.subject = subject
    self.signals = signals
    if let descriptor = Self.ownStream(path) {
      way = .stream(OutputFile(descriptor: dup(descriptor), subject: subject, signals: signals))
    } else if WholeFile.isSpecial(path) {
      way = .stream(try OutputFile(path: path, subject: subject, signals: signals))
    } else if appends {
      let isNew = unsafe access(path, F_OK) != 0
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw OutputError(subject, code: errno) }
      way = .end(
        descriptor: descriptor, path: path, isNew: isNew, byteCount: lseek(descriptor, 0, SEEK_END))
    } else {
      do {
        way = .replacement(try WholeFile(path: path))
      } catch {
        throw OutputError(subject, code: error.code)
      }
    }
  }

  deinit {
    guard case .end(let descriptor, let path, let isNew, _) = way else { return }
    var information = stat()
    if isNew, unsafe fstat(descriptor, &information) == 0, information.st_size == 0 {
      _ = unsafe unlink(path)
    }
    close(descriptor)
  }

  /// Standard output or standard error, if it is the file that a path such as `/dev/stdout` leads to. That file isn't
  /// replaced: otherwise the shell's later output would go to a file without a name.
  private static func ownStream(_ path: String) -> Int32? {
    var named = stat()
    guard unsafe stat(path, &named) == 0, named.st_mode & S_IFMT == S_IFREG else { return nil }
    return [STDOUT_FILENO, STDERR_FILENO].first { descriptor in
      var own = stat()
      return unsafe fstat(descriptor, &own) == 0 && own.st_dev == named.st_dev
        && own.st_ino == named.st_ino
    }
  }

  func take(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    do {
      try add(bytes)
    } catch {
      failure = error
    }
  }

  /// Adds bytes to what is written.
  ///
  /// - Throws: `OutputError` if there is no room for them. The file stays unchanged.
  func add(_ bytes: [UInt8]) throws(OutputError) {
    guard case .replacement(let file) = way else {
      self.bytes += bytes
      return
    }
    do {
      try file.append(bytes)
    } catch {
      throw OutputError(subject, code: error.code)
    }
  }

  /// Ends the file, which is complete now.
  ///
  /// - Throws: `OutputError` if it cannot be written. The file is then unchanged.
  func finish() throws(OutputError) {
    if let failure { throw failure }
    switch way {
    case .replacement(let file):
      do {
        try file.finish(isSafe: false)
      } catch {
        throw OutputError(subject, code: error.code)
      }
    case .end(let descriptor, _, _, let byteCount):
      let file = OutputFile(descriptor: dup(descriptor), subject: subject, signals: signals)
      file.write(bytes)
      do {
        try file.finish()
      } catch {
        ftruncate(descriptor, byteCount)
        throw error
      }
    case .stream(let file):
      file.write(bytes)
      try file.finish()
    }
  }
}
