import CAllocationCounter
import Foundation

/// The best of several runs in the thread's own time: other work on the machine only slows it down.
struct Measurement {
  /// Nanoseconds of the fastest run.
  let nanoseconds: UInt64
  /// The number of heap allocations in all runs.
  let allocationCount: UInt64

  /// Runs `body` once to warm up, and then `runCount` times.
  init(runCount: Int = 20, _ body: () -> Void) {
    body()
    var best = UInt64.max
    let before = allocation_count()
    for _ in 0..<runCount {
      let start = Measurement.threadTime()
      body()
      best = min(best, Measurement.threadTime() - start)
    }
    nanoseconds = best
    allocationCount = allocation_count() - before
  }

  /// Prints the rate of `byteCount` bytes in one run, in megabytes (10^6) per second.
  func printRate(_ name: String, byteCount: Int, bar: Int? = nil) {
    let rate = Double(byteCount) * 1000 / Double(nanoseconds)
    print(name, String(format: "%.0f", rate), "MB/s", bar.map { ">= \($0)" } ?? "", separator: "\t")
  }

  /// Prints the number of allocations, which must be 0.
  func printAllocations(_ name: String) {
    print("\(name): memory taken", allocationCount, "times", "<= 0", separator: "\t")
  }

  /// The time of this thread on a CPU, in nanoseconds.
  private static func threadTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
