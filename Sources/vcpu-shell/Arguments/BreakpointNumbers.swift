internal import VCpuDebug

/// The breakpoint numbers that a command names.
struct BreakpointNumbers: Equatable {
  /// In the order of the text; empty if it names none.
  private let ranges: [ClosedRange<Int>]

  /// - Throws: `ShellError` for a word that is neither a number nor a range such as `2-4`.
  init(_ text: String) throws {
    ranges = try text.split(whereSeparator: \.isWhitespace).map { word in
      let bounds = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        last - first < 10_000
      else { throw ShellError("'\(word)' is not a breakpoint number or a range of them") }
      return first...last
    }
  }

  /// Whether none is named.
  var isEmpty: Bool { ranges.isEmpty }

  /// The named breakpoints that exist; all of the session's if none is named.
  ///
  /// - Throws: `DebugError.noSuchBreakpoint`.
  func numbers(in session: HypervisorSession) throws -> [Int] {
    guard !ranges.isEmpty else { return session.breakpoints.all.map(\.number) }
    var numbers: [Int] = []
    for number in ranges.joined() {
      guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }
}
