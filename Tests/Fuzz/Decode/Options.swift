/// What to try, by the command line.
struct Options {
  /// The exception classes whose every ISS is tried.
  var classes: [UInt8] = Array(0..<64)
  var randomCount: UInt64 = 100_000_000
  var seed: UInt64 = 0

  static let usage = """
    usage: scripts/fuzz decode [--classes HEX,HEX…|none] [--random COUNT] [--seed NUMBER]

    """

  /// The options that `arguments` name; nil if they make no sense.
  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch option {
      case "--classes":
        let words = value == "none" ? [] : value.split(separator: ",")
        classes = words.compactMap { UInt8($0, radix: 16) }
        guard classes.count == words.count, classes.allSatisfy({ $0 < 64 }) else { return nil }
      case "--random":
        guard let count = UInt64(value), count < 1 << 48 else { return nil }
        randomCount = count
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      default: return nil
      }
    }
  }
}
