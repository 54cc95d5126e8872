internal import VCpuDebug

/// What is read of the session's files for searches by name: an index of each, which takes seconds for a kernel's.
extension Shell {
  /// How long a slice takes that is read at the prompt: a key is served after it.
  static let sliceDuration = Duration.milliseconds(4)

  /// Runs what may read indexes.
  ///
  /// - Throws: what has ended the reading, even if `body` has an answer: it is incomplete.
  func whileReading<Result>(_ body: () throws -> Result) throws -> Result {
    _ = session?.endReading()
    let result = Swift.Result { try body() }
    if let failure = session?.endReading() { throw failure }
    return try result.get()
  }

  /// Reads a slice ahead of need; false once all is read.
  func readAhead() -> Bool {
    session?.readAhead(until: .now + Self.sliceDuration) ?? false
  }

  /// Tells a person how far an index is that a command waits for.
  ///
  /// - Throws: to end the reading: for Ctrl-C, and when the time for the command is over.
  func noteReading(_ name: String, _ done: UInt64, _ total: UInt64) throws {
    do {
      try checkInterrupt()
    } catch {
      reading?.end()
      reading = nil
      throw error
    }
    var progress =
      reading
      ?? Progress(
        "reading \(name.lastPathComponent),", total: total, to: output)
    progress.note(done)
    if done >= total {
      progress.end()
      reading = nil
    } else {
      reading = progress
    }
  }
}

extension String {
  fileprivate var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
