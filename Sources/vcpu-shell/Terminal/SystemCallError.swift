internal import Glibc

/// A failed system call.
struct SystemCallError: Error, Equatable, CustomStringConvertible {
  let call: String
  let code: Int32

  /// The error of the call that has just failed.
  static func last(_ call: String) -> SystemCallError { SystemCallError(call: call, code: errno) }

  var description: String {
    let reason = unsafe String(cString: strerror(code))
    return "\(call) failed: \(reason); please report how this happened"
  }
}
