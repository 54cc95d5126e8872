import Foundation
import VCpuDebug

/// Unlikely expressions and assignments: pieces of the language in any order, real expressions with a few bytes
/// changed, and noise. `scripts/fuzz expression` runs it, and prints the seed and the number of an input that failed.
@main
struct ExpressionFuzz {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      FileHandle.standardError.write(Data(Options.usage.utf8))
      exit(2)
    }
    say("\(options.count) texts, seed \(options.seed)")
    var tally = Tally()
    let start = Date()
    for number in 0..<options.count {
      var source = TextSource(seed: options.seed, number: number)
      let text = source.text()
      if options.isVerbose { say("\(number): \(text.debugDescription)") }
      if let reason = Examination(text).check(&tally) {
        say(
          "FAILED at number \(number) of seed \(options.seed): \(reason): \(text.debugDescription)")
        exit(1)
      }
    }
    let seconds = String(format: "%.1f", Date().timeIntervalSince(start))
    say(
      "\(tally.parsed) parsed, \(tally.evaluated) evaluated, \(tally.assigned) assigned, "
        + "\(tally.rejected) rejected, \(seconds) s")
    // A source that makes only errors wouldn't test anything.
    exit(options.count < 10_000 || min(tally.parsed, tally.evaluated, tally.assigned) > 0 ? 0 : 1)
  }

  /// Prints a line without buffering, wherever the output goes.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("expression: \(line)\n".utf8))
  }
}

/// How many texts reached each stage.
struct Tally {
  var parsed = 0
  var evaluated = 0
  var assigned = 0
  var rejected = 0
}

/// What to try, by the command line.
struct Options {
  var count: UInt64 = 2_000_000
  var seed: UInt64 = 0
  var isVerbose = false

  static let usage = "usage: scripts/fuzz expression [--count COUNT] [--seed NUMBER] [--verbose]\n"

  /// The options that `arguments` name; nil if they make no sense.
  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let option = rest.popFirst() {
      if option == "--verbose" {
        isVerbose = true
        continue
      }
      guard let value = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
      switch option {
      case "--count": count = value
      case "--seed": seed = value
      default: return nil
      }
    }
  }
}
