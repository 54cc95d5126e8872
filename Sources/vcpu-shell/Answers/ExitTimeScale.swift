/// What the counter's ticks are in nanoseconds.
struct ExitTimeScale {
  /// CNTFRQ_EL0; nil if it isn't known: then times are in ticks.
  let ticksPerSecond: UInt64?

  init(_ ticksPerSecond: UInt64?) {
    // Whatever a register says: Arm's counters run at 1 MHz to 1 GHz and more.
    self.ticksPerSecond = ticksPerSecond.flatMap {
      (1...UInt64(UInt32.max)).contains($0) ? $0 : nil
    }
  }

  /// Whether times are in nanoseconds.
  var isNanoseconds: Bool { ticksPerSecond != nil }

  /// A number of ticks in nanoseconds, or as it is.
  func time(_ ticks: UInt64) -> Int {
    guard let ticksPerSecond else { return Int(clamping: ticks) }
    let (high, low) = ticks.multipliedFullWidth(by: 1_000_000_000)
    guard high < ticksPerSecond else { return .max }
    return Int(clamping: ticksPerSecond.dividingFullWidth((high, low)).quotient)
  }
}
