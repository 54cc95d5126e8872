internal import GDBRemote

/// Steps off a breakpoint that have executed nothing. QEMU 7.2 reports one now and then, when a timer expires just before it:
/// the target then holds the thread at the same breakpoint again, and one exit would be told twice.
struct IdleSteps {
  /// How often in succession a step may be taken for one: an instruction may also branch to itself.
  static let limit = 3

  /// Whether it has to be found out where the step has led.
  var isAsked = false
  private var start: UInt64?
  private var count = 0
  private var still: [ThreadID: UInt64] = [:]

  /// A step begins.
  mutating func begin(at address: UInt64) {
    if start != address { count = 0 }
    start = address
  }

  /// A step has ended, and the target runs on.
  mutating func end(at address: UInt64?, of thread: ThreadID?) {
    guard let thread, let address, address == start, count < Self.limit else {
      count = 0
      return
    }
    count += 1
    still[thread] = address
  }

  /// Where a thread that has stopped now stood still; nil if it did not. It is told once.
  mutating func takePlace(of thread: ThreadID?) -> UInt64? {
    thread.flatMap { still.removeValue(forKey: $0) }
  }
}
