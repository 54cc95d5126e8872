extension TestResult {
  /// What a person reads: a line as in TAP, and under it what has failed. The console and the exits were shown when
  /// they came.
  var lines: [Line] {
    let title = "\(number) - \(name)"
    switch outcome {
    case .passed: return [Line("ok " + title)]
    case .skipped: return [Line("ok \(title) # SKIP \(skipReason ?? "")")]
    case .failed:
      let failure = failure?.lines.split(separator: "\n").map { Line("  " + $0) } ?? []
      return [Line("not ok ", .error) + title] + failure
    }
  }
}
