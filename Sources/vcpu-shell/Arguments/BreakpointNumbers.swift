internal import VCpuDebug

/// A breakpoint's number as typed: a number, or a variable such as `$bpnum`, whose value is read when the command runs.
enum BreakpointNumber: Equatable {
  case number(Int)
  case variable(String)

  /// Reads a word; nil for one that is neither a number of at least 1 nor a variable.
  init?(_ word: some StringProtocol) {
    if word.hasPrefix("$"), word.count > 1 {
      self = .variable(String(word.dropFirst()))
    } else if let number = Int(word), number > 0 {
      self = .number(number)
    } else {
      return nil
    }
  }

  /// The number.
  ///
  /// - Throws: `ShellError` for a variable that isn't set.
  func number(in session: HypervisorSession) throws -> Int {
    switch self {
    case .number(let number): return number
    case .variable(let name):
      guard let value = session.expressions.variables[name] else {
        throw ShellError("$\(name) is not set: it is no breakpoint number")
      }
      return Int(clamping: value.bits)
    }
  }
}

/// The breakpoint numbers that a command names.
struct BreakpointNumbers: Equatable {
  /// In the order of the text; empty if it names none.
  private let parts: [Part]

  private enum Part: Equatable {
    case range(ClosedRange<Int>)
    case one(BreakpointNumber)
  }

  /// - Throws: `ShellError` for a word that isn't a number, a range such as `2-4`, or a variable.
  init(_ text: String) throws {
    parts = try text.split(whereSeparator: \.isWhitespace).map { word in
      if word.hasPrefix("$"), let variable = BreakpointNumber(word) { return .one(variable) }
      let bounds = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        last - first < 10_000
      else { throw ShellError("'\(word)' is not a breakpoint number or a range of them") }
      return .range(first...last)
    }
  }

  /// Whether none is named.
  var isEmpty: Bool { parts.isEmpty }

  /// The named breakpoints that exist; all of the session's if none is named.
  ///
  /// - Throws: `DebugError.noSuchBreakpoint`.
  func numbers(in session: HypervisorSession) throws -> [Int] {
    guard !parts.isEmpty else { return session.breakpoints.all.map(\.number) }
    var numbers: [Int] = []
    let named = try parts.flatMap { part in
      switch part {
      case .range(let range): Array(range)
      case .one(let number): [try number.number(in: session)]
      }
    }
    for number in named {
      guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }
}
