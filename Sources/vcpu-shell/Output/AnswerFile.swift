internal import Glibc
internal import VCpuDebug

/// A file that is written when all of it is there, such as that of an answer, `> FILE` or `>> FILE`. It gets all of it, or
/// nothing.
final class AnswerFile: OutputSink {
  private let subject: String
  private let signals: Signals?
  private let way: Way
  private var bytes: [UInt8] = []

  private enum Way {
    /// It takes the place of what is there.
    case replacement(WholeFile)
    /// It goes after what is there.
    case end(descriptor: Int32, path: String, isNew: Bool, byteCount: Int)
    /// It goes to a device or a pipe, or where the shell prints.
    case stream(OutputFile)
  }

  /// Opens the file; nothing of it is changed before `finish`.
  ///
  /// - Parameters:
  ///   - subject: what is written there, for errors: "to FILE".
  ///   - appends: whether it goes after what the file has.
  ///   - signals: what ends a wait for a pipe's reader.
  /// - Throws: for what cannot be written. A pipe has to have a reader already.
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

  /// Standard output or standard error, where a path such as `/dev/stdout` leads to the file that it is. That is not
  /// replaced: what the shell prints later would go to a file without a name.
  private static func ownStream(_ path: String) -> Int32? {
    var named = stat()
    guard unsafe stat(path, &named) == 0, named.st_mode & S_IFMT == S_IFREG else { return nil }
    return [STDOUT_FILENO, STDERR_FILENO].first { descriptor in
      var own = stat()
      return unsafe fstat(descriptor, &own) == 0 && own.st_dev == named.st_dev
        && own.st_ino == named.st_ino
    }
  }

  func take(_ bytes: [UInt8]) { self.bytes += bytes }

  /// Writes what was taken, which is all of it now.
  ///
  /// - Throws: for what cannot be written. The file is as it was then.
  func finish() throws(OutputError) {
    switch way {
    case .replacement(let file):
      do {
        try file.finish(bytes, isSafe: false)
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
