extension TimedOut {
  /// Whether `error` is a `TimedOut`, in a script or not.
  static func caused(_ error: any Error) -> Bool {
    switch error {
    case is TimedOut: true
    case let error as ScriptError: caused(error.underlying)
    default: false
    }
  }
}
