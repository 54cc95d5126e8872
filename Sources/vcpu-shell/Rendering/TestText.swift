extension TestResult {
  /// The text for a person: a line as in TAP, and the failure under it. The console and the exits have already been
  /// shown.
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
