/// The events of a session as lines of JSON: their order and their time.
struct EventStream {
  private let start: ContinuousClock.Instant
  /// The number of the last event.
  private(set) var sequence = 0

  /// - Parameter start: when the program started, from which time is measured.
  init(start: ContinuousClock.Instant = .now) { self.start = start }

  /// The next line, with its newline.
  ///
  /// - Throws: the event's error when it encodes itself. Events with synthesized coding never throw.
  mutating func line<E: Event>(
    _ event: E, at now: ContinuousClock.Instant = .now
  ) throws -> [UInt8] {
    sequence += 1
    let header = EventHeader(
      schema: EventHeader.currentSchema, sequence: sequence,
      time: start.duration(to: now).secondsToMicroseconds, event: E.name)
    return try JSONLineEncoder.bytes(of: header, and: event) + [UInt8(ascii: "\n")]
  }
}

extension Duration {
  /// The duration in seconds, to whole microseconds: more digits would have no meaning.
  var secondsToMicroseconds: Double {
    Double(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000) / 1_000_000
  }
}
