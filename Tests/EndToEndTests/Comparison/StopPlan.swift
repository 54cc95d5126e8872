import TestSupport

/// Where a program is stopped, in the same way by every debugger.
struct StopPlan {
  enum Step {
    /// Continues to an address.
    case go(UInt64)
    /// Executes this many instructions.
    case step(Int)
  }

  let steps: [Step]

  /// - Parameters:
  ///   - addresses: where the program comes by again and again: it continues to each in turn, and goes on from there.
  ///   - stops: how often it is stopped in all.
  ///   - stride: how often it is stopped after an address.
  ///   - instructions: how many instructions are between these stops.
  init(
    seed: UInt64, through addresses: [UInt64], stops: Int, stride: Int,
    instructions: ClosedRange<Int>
  ) {
    var random = SplitMix64(seed: seed)
    steps = (0..<stops).map { index in
      index % stride == 0
        ? .go(addresses[index / stride % addresses.count])
        : .step(Int.random(in: instructions, using: &random))
    }
  }

  /// What `gdb_stops.py` reads.
  ///
  /// - Parameter level: the exception level of the addresses; nil for a program.
  func lines(level: Int?) -> String {
    steps.map { step in
      switch step {
      case .go(let address): "go \(address)\(level.map { " \($0)" } ?? "")\n"
      case .step(let count): "step \(count)\n"
      }
    }.joined()
  }

  /// The frames whose arguments are read.
  private static let frameCount = 5
  /// The frames that are compared: `FRAME_LIMIT` in `gdb_stops.py`.
  static let frameLimit = 12

  /// Commands for the shell: `SeenStop.stops(ofShell:)` reads what they print.
  ///
  /// - Parameter space: the prefix of the addresses.
  func script(space: String) -> String {
    let frames = (1..<Self.frameCount).map { "-frame \($0)\ninfo args\n" }.joined()
    return steps.map { step in
      switch step {
      case .go(let address): "tbreak *\(space)\(address)\ncontinue\n"
      case .step(let count): "stepi \(count)\n"
      }
    }.map {
      $0 + "frame 0\nprint $pc\nprint $sp\nprint $x0\ninfo args\n\(frames)frame 0\n"
        + "backtrace full \(Self.frameLimit)\n"
    }.joined()
  }
}
