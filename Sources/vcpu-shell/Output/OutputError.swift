internal import Glibc

/// Output that cannot be written.
struct OutputError: Error, Equatable, CustomStringConvertible {
  /// What, and to where: "to standard output", "the log to FILE".
  let subject: String
  /// The error's number.
  let code: Int32

  /// Standard output.
  init(code: Int32) { self.init("to standard output", code: code) }

  init(_ subject: String, code: Int32) {
    self.subject = subject
    self.code = code
  }

  var description: String {
    // The error of open(2) for a pipe without a reader.
    let reason =
      code == ENXIO ? "no program reads it yet" : unsafe String(cString: strerror(code))
    return "cannot write \(subject): \(reason)"
  }
}
