extension Line {
  /// The line folded into lines of up to `width` characters, broken between words if possible. The lines after the
  /// first are indented by four more.
  func folded(to width: Int) -> [Line] {
    guard count > width, width > 0 else { return [self] }
    var rest = spans.flatMap { span in span.text.map { (character: $0, style: span.style) } }[...]
    let indentation = rest.prefix { $0.character == " " }.count + 4
    // A narrow width has no room for the indentation.
    let blanks = String(repeating: " ", count: indentation * 2 <= width ? indentation : 0)
    var lines: [Line] = []
    while !rest.isEmpty {
      var line = lines.isEmpty ? Line() : Line(blanks)
      let room = width - line.count
      var end =
        rest.index(rest.startIndex, offsetBy: room, limitedBy: rest.endIndex) ?? rest.endIndex
      if end < rest.endIndex {
        let words = rest[...end]
        // A blank that is the line's own indentation isn't a place to break it.
        let start = words.firstIndex { $0.character != " " } ?? end
        if let blank = words.lastIndex(where: { $0.character == " " }), blank > start {
          end = blank
        }
      }
      if let lastWord = rest[..<end].lastIndex(where: { $0.character != " " }) {
        for (character, style) in rest[...lastWord] { line += Line(String(character), style) }
      }
      lines.append(line)
      rest = rest[end...].drop { $0.character == " " }
    }
    return lines
  }
}
