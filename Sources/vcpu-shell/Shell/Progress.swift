/// Tells a person how far a long command is.
struct Progress {
  private let output: Output
  private let verb: String
  private let total: UInt64
  private var next = ContinuousClock.now + .milliseconds(500)

  /// - Parameters:
  ///   - verb: what is done: "dumping".
  ///   - total: how many bytes there are.
  init(_ verb: String, total: UInt64, to output: Output) {
    self.output = output
    self.verb = verb
    self.total = total
  }

  /// Notes that some of the bytes are done. Nothing is shown in the first half of a second.
  mutating func note(_ done: UInt64) {
    guard ContinuousClock.now >= next else { return }
    next = .now + .milliseconds(100)
    output.progress(Self.text(verb, done, of: total))
  }

  /// `dumping 64 of 256 MiB`.
  static func text(_ verb: String, _ done: UInt64, of total: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    // At least two digits.
    let index = units.indices.last { total >> UInt64($0 * 10) >= 10 } ?? 0
    let shift = UInt64(index * 10)
    return "\(verb) \(done >> shift) of \(total >> shift) \(units[index])"
  }

  /// Removes what is shown.
  func end() { output.progress("") }
}
