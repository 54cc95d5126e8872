internal import GDBRemote

/// Steps off a breakpoint that have executed nothing. QEMU 7.2 occasionally reports one, when a timer expires just
/// before it: the target then stops the thread at the same breakpoint again, and one exit would be reported twice.
struct IdleSteps {
  /// How many steps in succession may count as idle: an instruction may also branch to itself.
  static let limit = 3

  /// Whether the PC after the step must be read.
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

  /// The address where a stopped thread stood still, or nil if it didn't. It is returned once.
  mutating func takePlace(of thread: ThreadID?) -> UInt64? {
    thread.flatMap { still.removeValue(forKey: $0) }
  }
}
