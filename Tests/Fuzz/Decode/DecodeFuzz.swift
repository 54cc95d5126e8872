import ArmVCpu
import Dispatch
import Foundation

/// Every ISS of every exception class, and random values of all 64 bits: the reassembled fields of each
/// must be the value, and each must decode into an exit reason. `scripts/fuzz decode` runs it.
@main
struct DecodeFuzz {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      FileHandle.standardError.write(Data(Options.usage.utf8))
      exit(2)
    }
    let classes = options.classes.map { String($0, radix: 16) }.joined(separator: " ")
    say("2^25 ISS of \(options.classes.count) classes: \(classes)")
    say("\(options.randomCount) random values, seed \(options.seed)")
    let start = Date()
    var total = Tally()
    for ec in options.classes {
      let tally = run(blocks: 1 << (25 - Block.bits)) { block in
        Block(first: UInt64(block) << UInt64(Block.bits), count: 1 << UInt64(Block.bits))
          .check { UInt64(ec) << 26 | 1 << 25 | $0 }
      }
      report("class 0x\(String(ec, radix: 16))", tally, since: start)
      total.add(tally)
    }
    let blocks = (options.randomCount + Block.mask) >> UInt64(Block.bits)
    let random = run(blocks: Int(blocks)) { block in
      let first = UInt64(block) << UInt64(Block.bits)
      return Block(first: first, count: min(options.randomCount - first, Block.mask + 1))
        .check { mix($0 &+ options.seed) }
    }
    report("random", random, since: start)
    total.add(random)
    report("total", total, since: start)
    say("exits: \(total.exits)")
    exit(total.failure == nil ? 0 : 1)
  }

  /// Prints a line without buffering, wherever the output goes.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("decode: \(line)\n".utf8))
  }

  /// Runs the blocks on all CPUs.
  private static func run(blocks: Int, _ body: @escaping @Sendable (Int) -> Tally) -> Tally {
    let total = Locked(Tally())
    DispatchQueue.concurrentPerform(iterations: blocks) { block in
      let tally = body(block)
      total.withLock { $0.add(tally) }
    }
    return total.withLock { $0 }
  }

  private static func report(_ name: String, _ tally: Tally, since start: Date) {
    let seconds = Date().timeIntervalSince(start)
    say("\(name): \(tally.count) values, \(String(format: "%.1f", seconds)) s")
    if let failure = tally.failure {
      say("FAILED for 0x\(String(failure, radix: 16))")
    }
  }
}

/// A random-looking number made from any number: SplitMix64's finalizer.
func mix(_ value: UInt64) -> UInt64 {
  var result = value &* 0x9e37_79b9_7f4a_7c15
  result = (result ^ result >> 30) &* 0xbf58_476d_1ce4_e5b9
  result = (result ^ result >> 27) &* 0x94d0_49bb_1331_11eb
  return result ^ result >> 31
}

/// A value that several threads change.
final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&value)
  }
}
