import ArmVCpu
import CAllocationCounter
import Foundation

/// How fast a host decodes ESR_EL2: into an exit reason, as a hypervisor does, and into all its fields,
/// as a debugger does. On one CPU, for the exits that a guest makes. `scripts/bench decode` runs it and
/// makes a table of the lines: name, number, unit, bar.
@main
struct DecodeBenchmark {
  static func main() {
    var frame = TrapFrame.initial
    frame.setGPR(0, 0x8400_0000)
    let exits = Exits.mixture
    measure("exit reasons, host", bar: 20) { rounds in
      var sum: UInt64 = 0
      for _ in 0..<rounds {
        for exit in exits { sum &+= Self.decode(exit, frame) }
      }
      return sum
    }
    measure("trees of fields in arrays, host", bar: 2, takesMemory: true) { rounds in
      var sum: UInt64 = 0
      for _ in 0..<rounds {
        for exit in exits {
          var list = FieldList()
          exit.esr.describe(into: &list)
          sum &+= UInt64(list.fields.count)
        }
      }
      return sum
    }
    measure("trees of fields, host", bar: 2) { rounds in
      var sink = Sum()
      for _ in 0..<rounds {
        for exit in exits { exit.esr.describe(into: &sink) }
      }
      return sink.value
    }
  }

  /// A separate function, as `VCpu.run()` is for its caller.
  @inline(never)
  private static func decode(_ syndrome: ExitSyndrome, _ frame: borrowing TrapFrame) -> UInt64 {
    UInt64(ExitDecoder.reason(syndrome, frame).exitClass.rawValue)
  }

  /// The best of several runs, in millions of values per second of the thread's own time: other work on
  /// the machine only slows it down.
  private static func measure(
    _ name: String, bar: Int, takesMemory: Bool = false, _ body: (Int) -> UInt64
  ) {
    let rounds = 5000
    var sum = body(100)
    var best = UInt64.max
    let before = allocation_count()
    for _ in 0..<20 {
      let start = threadTime()
      sum &+= body(rounds)
      best = min(best, threadTime() - start)
    }
    let taken = allocation_count() - before
    let values = Double(rounds * Exits.mixture.count)
    print("\(name)\t\(String(format: "%.1f", values * 1000 / Double(best)))\tM/s\t>= \(bar)")
    if !takesMemory { print("\(name): memory taken\t\(taken)\ttimes\t<= 0") }
    if sum == 0 { print("(nothing was decoded)") }
  }

  /// The time of this thread on a CPU, in nanoseconds.
  private static func threadTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// Reads what a renderer would, so that nothing is optimized away.
private struct Sum: FieldSink {
  var value: UInt64 = 0
  mutating func receive(_ field: Field) {
    value &+=
      field.value ^ UInt64(field.highBit) ^ UInt64(UInt(bitPattern: field.meaning.utf8Start))
  }
}
