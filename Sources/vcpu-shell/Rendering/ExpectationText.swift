extension ExpectationAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var details: [String] = []
    if let exits { details.append("\(exits) exit\(exits == 1 ? "" : "s")") }
    if isTimed {
      let unit = clock == .guest ? "of the guest's time" : "of the wall clock"
      details.append("\(Seconds.text(seconds)) \(unit)")
    }
    let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return [Line("expected: \(text)\(suffix)")]
  }
}
