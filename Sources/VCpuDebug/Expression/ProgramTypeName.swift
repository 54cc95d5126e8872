/// The name of a program's type in an expression: `struct avcpu_context *`, `ns::T`, `uint64_t [4]`.
public struct ProgramTypeName: Equatable, Sendable {
  /// The words of the type without pointers: `struct avcpu_context`.
  public let base: String
  /// How many `*` follow.
  public let pointerCount: Int
  /// The numbers of elements of an array, from the outermost; empty for another type.
  public let counts: [UInt64]

  init(base: String, pointerCount: Int, counts: [UInt64]) {
    (self.base, self.pointerCount, self.counts) = (base, pointerCount, counts)
  }

  /// Reads a whole text; nil for something else than a type's name.
  init?(_ text: String) {
    var rest = Substring(text)
    var counts: [UInt64] = []
    while let open = rest.lastIndex(of: "["), rest.hasSuffix("]") || rest.hasSuffix("] ") {
      let inside = rest[rest.index(after: open)...].prefix { $0 != "]" }
      guard let count = UInt64(inside.trimmingPrefix(while: \.isWhitespace)) else { return nil }
      counts.insert(count, at: 0)
      rest = rest[..<open]
      while rest.last?.isWhitespace == true { rest.removeLast() }
    }
    var pointerCount = 0
    while let last = rest.last, last == "*" || last.isWhitespace {
      if last == "*" { pointerCount += 1 }
      rest.removeLast()
    }
    let words = rest.split(whereSeparator: \.isWhitespace).filter {
      !["const", "volatile"].contains($0)
    }
    guard !words.isEmpty, words.allSatisfy({ !$0.contains("*") }) else { return nil }
    self.init(base: words.joined(separator: " "), pointerCount: pointerCount, counts: counts)
  }

  /// The text with one space between words.
  public var text: String {
    base + (pointerCount > 0 ? " " + String(repeating: "*", count: pointerCount) : "")
      + (counts.isEmpty ? "" : " " + counts.map { "[\($0)]" }.joined())
  }
}
