internal import Glibc

/// A file that is written to while the session goes on, or what stands in its place, such as a pipe. A full disk
/// leaves no part of a line there (`StreamWriter`).
final class OutputFile {
  /// Told once when it cannot be written any more. What comes after that is dropped.
  var onFailure: (OutputError) -> Void = { _ in }

  private let subject: String
  private let descriptor: Int32
  private let writer: StreamWriter
  private var failure: OutputError?

  /// Opens it, and makes it if there is none.
  ///
  /// - Parameters:
  ///   - subject: what is written there, for errors: "the console to FILE".
  ///   - appends: whether what it has stays.
  ///   - signals: what ends a wait for a pipe's reader.
  /// - Throws: for what cannot be opened. A pipe has to have a reader already.
  init(
    path: String, subject: String, appends: Bool = false, signals: Signals? = nil
  ) throws(OutputError) {
    self.subject = subject
    writer = StreamWriter(signals: signals)
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    descriptor = unsafe open(path, flags | (appends ? O_APPEND : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw OutputError(subject, code: errno) }
  }

  /// - Parameter descriptor: what is open already. It is closed with this object.
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

  /// - Throws: what went wrong since it was opened, if anything did.
  func finish() throws(OutputError) {
    if let failure { throw failure }
    // Some file systems tell only now that there is no room: NFS, and those with quotas.
    let copy = dup(descriptor)
    if copy >= 0, Glibc.close(copy) != 0 { throw OutputError(subject, code: errno) }
  }
}
