extension RegistersAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { sections.flatMap(\.lines) }
}

extension RegistersAnswer.Section {
  fileprivate var lines: [Line] {
    let heading: [Line] =
      (world ?? group).map { [Line($0 == "hv" ? "hypervisor:" : "\($0):", .heading)] } ?? []
    let notes = note.map { [Line($0)] } ?? []
    let width = max(leastWidth, 2 + (registers.map(\.name.count).max() ?? 0))
    return heading + notes + registers.flatMap { $0.lines(width: width) } + missing.map(line)
  }

  private var leastWidth: Int {
    switch layout {
    case .general: 8
    case .named: 12
    case .list: 16
    }
  }

  private func line(_ missing: RegistersAnswer.Missing) -> Line {
    "(\(missing.count)\(registers.isEmpty ? "" : " more") cannot be read: \(missing.reason))"
  }
}

extension RegistersAnswer.Register {
  fileprivate func lines(width: Int) -> [Line] {
    let head =
      Line(name.padded(to: width))
      + (digits.map { Line($0, isChanged ? .changed : nil) } ?? "(not available)")
    return [head + tail] + FieldText.lines(fields).map { Line("  " + $0) }
  }

  private var tail: Line {
    if let symbol { return Line("  <\(symbol)>", .symbol) }
    if let flags { return Line("  [ " + flags.map { $0 + " " }.joined() + "]") }
    return decimal.map { Line("  \($0)") } ?? ""
  }
}
