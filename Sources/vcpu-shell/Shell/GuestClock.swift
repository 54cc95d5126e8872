internal import VCpuDebug

/// The guest's time: the machine's counter, which the debugger can read while the CPU is stopped at EL2.
struct GuestClock {
  private let count: UInt64
  private let frequency: UInt64

  /// The current time; nil if the counter cannot be read, as at a stop in the guest.
  init?(_ session: HypervisorSession) {
    guard let count = try? session.value(of: "$cntpct_el0").bits,
      let frequency = try? session.value(of: "$cntfrq_el0").bits, frequency > 0
    else { return nil }
    self.count = count
    self.frequency = frequency
  }

  /// The seconds since another time; nil if the two cannot be compared.
  func seconds(since start: GuestClock) -> Double? {
    guard frequency == start.frequency, count >= start.count else { return nil }
    return Double(count - start.count) / Double(frequency)
  }
}
