internal import Glibc

/// A file, or something like it such as a pipe, that is written during the session. A full disk leaves no partial line
/// there (`StreamWriter`).
final class OutputFile {
  /// Called once, when it can no longer be written. Later output is dropped.
  var onFailure: (OutputError) -> Void = { _ in }

  private let subject: String
  private let descriptor: Int32
  private let writer: StreamWriter
  private var failure: OutputError?

  /// Opens the file, and creates it if it doesn't exist.
  ///
  /// - Parameters:
  ///   - subject: what is written there, for errors: "the console to FILE".
  ///   - appends: whether its contents are kept.
  ///   - signals: the signals that end a wait for a pipe's reader.
  /// - Throws: `OutputError` if it cannot be opened. A pipe must already have a reader.
  init(
    path: String, subject: String, appends: Bool = false, signals: Signals? = nil
  ) throws(OutputError) {
    self.subject = subject
    writer = StreamWriter(signals: signals)
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    descriptor = unsafe open(path, flags | (appends ? O_APPEND : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw OutputError(subject, code: errno) }
  }

  /// - Parameter descriptor: an open descriptor. It is closed with this object.
  init(descriptor: Int32, subject: String, signals: Signals? = nil) {
    self.subject = subject
    self.descriptor = descriptor
    writer = StreamWriter(signals: signals)
  }

  deinit { Glibc.close(descriptor) }

  func write(_ bytes: [UInt8]) {
    guard failure == nil, !bytes.isEmpty else { return }
    guard case .failed(let code) = writer.write(bytes, to: descriptor) else { return }
    let error = OutputError(subject, code: code)
    failure = error
    onFailure(error)
  }

  /// - Throws: the first error since it was opened, if any.
  func finish() throws(OutputError) {
    if let failure { throw failure }
    // Some file systems report only now that there is no room: NFS, and those with quotas.
    let copy = dup(descriptor)
    if copy >= 0, Glibc.close(copy) != 0 { throw OutputError(subject, code: errno) }
  }
}
