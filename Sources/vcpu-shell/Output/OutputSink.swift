/// Where an answer goes instead of standard output.
enum Sink: Equatable {
  /// To a command of the system's shell.
  case pipe(String)
  /// To a file, which is replaced or appended to.
  case file(String, append: Bool)
}

/// Receives the lines of an open sink.
protocol OutputSink: AnyObject {
  func take(_ bytes: [UInt8])
}

/// Collects the input of a command, which starts when the input is complete: until then this process has the keys, so
/// that Ctrl-C can interrupt the work on the target.
final class PipeSink: OutputSink {
  private(set) var bytes: [UInt8] = []

  func take(_ bytes: [UInt8]) { self.bytes += bytes }
}
