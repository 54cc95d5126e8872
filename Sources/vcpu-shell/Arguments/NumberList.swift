internal import VCpuDebug

/// The number of a breakpoint or of a thread as typed: a number, or a variable such as `$bpnum`, whose value is read
/// when the command runs.
enum TypedNumber: Equatable {
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
  /// - Parameter noun: what it is a number of.
  /// - Throws: `ShellError` for a variable that isn't set.
  func number(in session: HypervisorSession, of noun: String = "breakpoint") throws -> Int {
    switch self {
    case .number(let number): return number
    case .variable(let name):
      guard let value = session.expressions.variables[name] else {
        throw ShellError("$\(name) is not set: it isn't a \(noun) number")
      }
      return Int(clamping: value.bits)
    }
  }
}

/// The numbers that a command names: of breakpoints, or of threads.
struct NumberList: Equatable {
  /// What they are numbers of.
  private let noun: String
  /// In the order of the text; empty if it names none.
  private let parts: [Part]

  private enum Part: Equatable {
    case range(ClosedRange<Int>)
    case one(TypedNumber)
  }

  /// - Throws: `ShellError` for a word that isn't a number, a range such as `2-4`, or a variable.
  init(_ text: String, of noun: String = "breakpoint") throws {
    self.noun = noun
    parts = try text.split(whereSeparator: \.isWhitespace).map { word in
      if word.hasPrefix("$"), let variable = TypedNumber(word) { return .one(variable) }
      let bounds = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        last - first < 10_000
      else { throw ShellError("'\(word)' is not a \(noun) number or a range of them") }
      return .range(first...last)
    }
  }

  /// Whether none is named.
  var isEmpty: Bool { parts.isEmpty }

  /// The numbers, each once, whether there is something with that number or not.
  func numbers(in session: HypervisorSession) throws -> [Int] {
    var numbers: [Int] = []
    for part in parts {
      let named =
        switch part {
        case .range(let range): Array(range)
        case .one(let number): [try number.number(in: session, of: noun)]
        }
      for number in named where !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }

  /// The named breakpoints; all of the session's if none is named.
  ///
  /// - Throws: `DebugError.noSuchBreakpoint`.
  func breakpoints(in session: HypervisorSession) throws -> [Int] {
    guard !isEmpty else { return session.breakpoints.all.map(\.number) }
    let numbers = try numbers(in: session)
    for number in numbers where session.breakpoints[number] == nil {
      throw DebugError.noSuchBreakpoint(number)
    }
    return numbers
  }
}
