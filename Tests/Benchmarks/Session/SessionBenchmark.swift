import Foundation
import GDBRemote

/// How fast a connection with QEMU is, compared with a minimal client in C and with GDB, in one run.
struct SessionBenchmark {
  static let stopCount = 2000
  static let memoryByteCount = 32 << 20
  static let registers = ["ESR_EL2", "FAR_EL2", "HPFAR_EL2", "ELR_EL2", "sp"]

  let folder: URL
  let client: String
  let script: String

  func run() throws {
    try connections()
    var ours: [Double] = []
    var theirs: [Double] = []
    // In turn, so that other work on the machine affects both.
    for _ in 0..<5 {
      theirs.append(try clientStops())
      ours.append(try stops())
    }
    let gdb = try gdb()
    let memory = try memory()
    report("stops, GDBRemote", median(ours), "/s")
    report("stops, minimal client in C", median(theirs), "/s")
    report("stops, GDB's Python", gdb.stops, "/s")
    let ratios = zip(ours, theirs).map { $0 / $1 }
    report("stops, times the client in C", median(ratios), "times", bar: ">= 0.9")
    report("stops, times GDB's Python", median(ours) / gdb.stops, "times", bar: ">= 5")
    report("memory, GDBRemote", memory, "MB/s", bar: ">= 50")
    report("memory, GDB's dump", gdb.memory, "MB/s")
    report("memory, times GDB's dump", memory / gdb.memory, "times", bar: ">= 1.5")
  }

  // MARK: Measurements

  private func stops() throws -> Double {
    try withMachine { machine in
      let target = try connect(machine)
      let registers = try Self.registers.map { Request.register(try target.register(named: $0)) }
      let requests =
        registers + [.memory(at: Loop.frame, byteCount: Loop.frameByteCount)]
      try target.insertBreakpoint(.hardware, at: Loop.stop)
      try target.resume(.continue(at: Loop.resume))
      _ = try target.waitForStop(timeout: .seconds(30))
      let seconds = try time {
        for _ in 0..<Self.stopCount {
          for response in try target.batch(requests) { try response.check() }
          try target.resume(.continue(at: Loop.resume))
          _ = try target.waitForStop(timeout: .seconds(30))
        }
      }
      return Double(Self.stopCount) / seconds
    }
  }

  private func clientStops() throws -> Double {
    let numbers = try registerNumbers
    return try withMachine { machine in
      let reads =
        numbers.map { "p" + String($0, radix: 16) }
        + ["m\(String(Loop.frame, radix: 16)),\(String(Loop.frameByteCount, radix: 16))"]
      let text = try output(
        of: client,
        [machine.socket, "\(Self.stopCount)", "c" + String(Loop.resume, radix: 16)] + reads,
        environment: ["BREAKPOINT": "Z1,\(String(Loop.stop, radix: 16)),4"])
      return Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
  }

  private func gdb() throws -> (stops: Double, memory: Double) {
    try withMachine { machine in
      let text = try output(
        of: "gdb-multiarch", ["-nx", "-batch", "-x", script],
        environment: [
          "SOCKET": machine.socket, "COUNT": "500", "FRAME": "\(Loop.frame)",
          "STOP": "\(Loop.stop)", "REGISTERS": Self.registers.joined(separator: " "),
          "MEMORY": "\(Self.memoryByteCount)",
        ])
      func number(_ name: String) throws -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        guard let value = line.flatMap({ Double($0.dropFirst(name.count + 1)) }) else {
          throw Failure("GDB did not print its \(name):\n\(text)")
        }
        return value
      }
      return (try number("stops"), try number("memory"))
    }
  }

  private func memory() throws -> Double {
    try withMachine { machine in
      let target = try connect(machine)
      var best = 0.0
      for _ in 0..<5 {
        let seconds = try time {
          let bytes = try target.readMemory(at: 0x4100_0000, byteCount: Self.memoryByteCount)
          guard bytes.count == Self.memoryByteCount else { throw Failure("some is missing") }
        }
        best = max(best, Double(Self.memoryByteCount) / 1e6 / seconds)
      }
      return best
    }
  }

  private func connections() throws {
    for (name, isFirst) in [("connection, first of a process", true), ("connection", false)] {
      var times: [Double] = []
      for _ in 0..<(isFirst ? 1 : 10) {
        try withMachine { machine in
          times.append(
            try time {
              let target = try connect(machine)
              guard target.registers["ESR_EL2"] != nil else { throw Failure("no description") }
            })
        }
      }
      report(name, median(times) * 1000, "ms", bar: "<= 15")
    }
  }

  // MARK: Setup

  private var registerNumbers: [Int] {
    get throws {
      try withMachine { machine in
        let target = try connect(machine)
        return try Self.registers.map { try target.register(named: $0).number }
      }
    }
  }

  private func connect(_ machine: Machine) throws -> RemoteTarget {
    try RemoteTarget(
      connectingTo: .unix(path: machine.socket), timeout: .seconds(20))
  }

  private func withMachine<R>(_ body: (Machine) throws -> R) throws -> R {
    let machine = try Machine(in: folder, boot: Loop.boot)
    defer { machine.end() }
    return try body(machine)
  }
}
