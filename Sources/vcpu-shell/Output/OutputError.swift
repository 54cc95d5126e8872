internal import Glibc

/// Standard output cannot be written.
struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The error's number.
  let code: Int32

  var description: String {
    "cannot write to standard output: " + (unsafe String(cString: strerror(code)))
  }
}
