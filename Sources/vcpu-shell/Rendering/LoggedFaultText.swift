extension LoggedFaultAnswer: TextRendered {
  /// What happened, the registers that show it with their lines in the log, then their fields.
  func lines(_ detail: Detail) -> [Line] {
    var lines = brief
    for finding in findings where !finding.fields.isEmpty {
      lines.append(Line("\(finding.register)  \(finding.value.map { "\($0)" } ?? "")"))
      lines += FieldText.table(finding.fields).map { Line("  " + $0) }
    }
    return lines
  }

  /// The same without fields.
  var brief: [Line] {
    let width = findings.map(\.register.count).max() ?? 0
    var lines = [Line("line \(line): \(summary)")]
    lines += findings.map { finding in
      let value = finding.value.map { hexadecimal($0.value, digits: 16) } ?? "-"
      let row =
        "  " + finding.register.padded(to: width) + "  " + value.padded(to: 18) + "  "
        + "line \(finding.line)".padded(to: 8) + "  " + (finding.summary ?? "")
      return Line("  " + row.trimmed)
    }
    return lines
  }
}
