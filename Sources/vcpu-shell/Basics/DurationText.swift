internal import Foundation

/// Short times as people read them: three digits and a unit.
enum DurationText {
  /// `416 ns`, `1.20 µs`, `52.1 ms`, `3.04 s`.
  static func nanoseconds(_ count: Int) -> String {
    let units = [(1_000_000_000.0, "s"), (1_000_000.0, "ms"), (1000.0, "µs")]
    // What would be rounded to 1000 belongs to the next unit.
    guard let (factor, unit) = units.first(where: { Double(count) >= $0.0 * 0.9995 }) else {
      return "\(count) ns"
    }
    let value = Double(count) / factor
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return String(format: "%.\(digits)f ", value) + unit
  }

  /// A time in an answer's unit.
  static func text(_ count: Int, isNanoseconds: Bool) -> String {
    isNanoseconds ? nanoseconds(count) : "\(grouped(count)) ticks"
  }

  /// `1,234,567`.
  static func grouped(_ number: Int) -> String {
    let digits = Array("\(number.magnitude)")
    let text = digits.enumerated().reduce(into: "") { text, next in
      if next.offset > 0, (digits.count - next.offset) % 3 == 0 { text += "," }
      text.append(next.element)
    }
    return (number < 0 ? "-" : "") + text
  }
}

extension String {
  /// The text with blanks before it up to a width.
  func paddedLeft(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }
}
