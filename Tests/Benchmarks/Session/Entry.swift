import Foundation

/// Compares sessions with other clients, and prints lines for the table of `scripts/bench`: name, number, unit, bar.
///
///   session-bench rsp STUB-CLIENT GDB-SCRIPT
///   session-bench ways STUB-CLIENT PROJECT [NAME]
///   session-bench registers STUB-CLIENT PROJECT
///   session-bench scripts STUB-CLIENT PROJECT
///   session-bench memory GDB-SCRIPT PROJECT
@main
enum Entry {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard (4...5).contains(arguments.count) else {
      throw Failure("session-bench rsp|ways|registers|scripts|memory PROGRAM FILE [NAME]")
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    switch arguments[1] {
    case "rsp":
      try SessionBenchmark(folder: folder, client: arguments[2], script: arguments[3]).run()
    case "ways":
      try WaysBenchmark(
        folder: folder, client: arguments[2], project: URL(filePath: arguments[3]),
        name: arguments.count > 4 ? arguments[4] : nil
      ).run()
    case "registers":
      try RegistersBenchmark(folder: folder, project: URL(filePath: arguments[3])).run()
    case "memory":
      try MemoryBenchmark(
        folder: folder, script: arguments[2], project: URL(filePath: arguments[3])
      ).run()
    case "scripts":
      try ScriptsBenchmark(
        folder: folder, client: arguments[2], project: URL(filePath: arguments[3])
      ).run()
    default: throw Failure("there is no benchmark '\(arguments[1])'")
    }
  }
}

/// The elapsed time of something, in seconds.
func time(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let (seconds, attoseconds) = (ContinuousClock.now - start).components
  return Double(seconds) + Double(attoseconds) / 1e18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func report(_ name: String, _ value: Double, _ unit: String, bar: String = "") {
  defer { fflush(nil) }
  print("\(name)\t\(String(format: value < 10 ? "%.2f" : "%.1f", value))\t\(unit)\t\(bar)")
}
