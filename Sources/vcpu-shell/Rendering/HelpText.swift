extension HelpAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isList else {
      return Array(commands.map(\.page).joined(separator: [""]))
    }
    if topics.contains(where: \.isClosed) { return overview }
    guard topics.count > 1 else { return commands.map(\.row) }
    return Array(topics.map { list($0) }.joined(separator: [""]))
  }

  /// The topics, each with its commands.
  private var overview: [Line] {
    topics.flatMap { topic in
      [Line("  " + topic.name.padded(to: 13), .heading) + Line(topic.summary)]
        + Self.rows(of: topic.commands).map { Line(String(repeating: " ", count: 15) + $0) }
    } + [
      "'help TOPIC' and 'help COMMAND' show more, 'apropos WORD' finds a command.",
      "Any unique prefix of a name works.",
    ]
  }

  /// Names in rows that fit in a terminal of 80 columns.
  private static func rows(of names: [String]) -> [String] {
    var rows: [String] = []
    for (index, name) in names.enumerated() {
      let word = name + (index == names.count - 1 ? "" : ",")
      if let row = rows.last, row.count + 1 + word.count <= 64 {
        rows[rows.count - 1] = row + " " + word
      } else {
        rows.append(word)
      }
    }
    return rows
  }

  private func list(_ topic: Topic) -> [Line] {
    [Line("\(topic.name): \(topic.summary)", .heading)]
      + commands.filter { topic.commands.contains($0.name) }.map(\.row)
  }
}

extension HelpAnswer.Command {
  private var title: String { "\(name) \(usage)".trimmed }

  fileprivate var row: Line { Line("  " + name.padded(to: 22) + summary) }

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
