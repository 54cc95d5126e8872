extension HelpAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isList else { return commands.flatMap(\.page) }
    return commands.map(\.row) + ["Unique prefixes do. 'help COMMAND' shows its manual."]
  }
}

extension HelpAnswer.Command {
  private var title: String { "\(name) \(usage)".trimmed }

  fileprivate var row: Line {
    "  \(title)\(String(repeating: " ", count: max(1, 38 - title.count)))\(summary)"
  }

  fileprivate var page: [Line] {
    var lines: [Line] = [Line(title, .heading), "  \(summary)"]
    if !aliases.isEmpty { lines.append("  Also: \(aliases.joined(separator: ", "))") }
    for text in [manual, transcript] where !text.isEmpty {
      lines.append("")
      lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.isEmpty ? "" : "  \(line)"
      }
    }
    return lines
  }
}
