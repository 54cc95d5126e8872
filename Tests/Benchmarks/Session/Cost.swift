import Foundation

/// The cost of something: its elapsed time, and its CPU time, in seconds.
///
/// The CPU time doesn't include other processes, above all QEMU, so the cost of a part of a stop can be found by
/// subtracting the cost of a stop without it.
struct Cost {
  var wall: Double
  var cpu: Double

  static let worst = Cost(wall: .infinity, cpu: .infinity)

  mutating func keepBest(of other: Cost) {
    wall = min(wall, other.wall)
    cpu = min(cpu, other.cpu)
  }

  static func - (one: Cost, other: Cost) -> Cost {
    Cost(wall: one.wall - other.wall, cpu: one.cpu - other.cpu)
  }

  static func / (cost: Cost, count: Double) -> Cost {
    Cost(wall: cost.wall / count, cpu: cost.cpu / count)
  }

  /// The cost of something in this process.
  static func ofThisProcess(_ body: () throws -> Void) rethrows -> Cost {
    try measure(RUSAGE_SELF, body)
  }

  /// The cost of the processes that something starts and waits for. Processes that keep running aren't counted.
  static func ofChildren(_ body: () throws -> Void) rethrows -> Cost {
    try measure(RUSAGE_CHILDREN, body)
  }

  private static func measure(
    _ who: __rusage_who, _ body: () throws -> Void
  ) rethrows -> Cost {
    let before = cpuSeconds(who)
    let wall = try time(body)
    return Cost(wall: wall, cpu: cpuSeconds(who) - before)
  }

  private static func cpuSeconds(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
