internal import Glibc

/// A command that cannot be carried out, in words that say what to do.
struct ShellError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A file that a call has just failed to open for writing.
  static func cannotWrite(_ what: String, to path: String) -> ShellError {
    let reason = unsafe String(cString: strerror(errno))
    return ShellError("cannot write \(what) to \(path): \(reason)")
  }
}
