/// Where an answer goes in the place of standard output.
enum Sink: Equatable {
  /// To a command of the system's shell.
  case pipe(String)
  /// To a file, which is written from its beginning or after what it has.
  case file(String, append: Bool)
}

/// What takes the lines of an open sink.
protocol OutputSink: AnyObject {
  func take(_ bytes: [UInt8])
}

/// Collects the input of a command. The command starts when all of it is there: until then the keys, Ctrl-C among
/// them, are this process's, and what is asked of a target can be ended by them.
final class PipeSink: OutputSink {
  private(set) var bytes: [UInt8] = []

  func take(_ bytes: [UInt8]) { self.bytes += bytes }
}
