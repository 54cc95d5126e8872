import Foundation

/// What something takes: the time that passes, and the time of the CPU in it, in seconds.
///
/// The second does not contain what others do meanwhile, QEMU above all, so that a part of a stop can be told by
/// subtracting what a stop takes without it.
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

  /// What this process takes for something.
  static func ofThisProcess(_ body: () throws -> Void) rethrows -> Cost {
    try measure(RUSAGE_SELF, body)
  }

  /// What the processes take that something starts and waits for. Those that run on are not counted.
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
