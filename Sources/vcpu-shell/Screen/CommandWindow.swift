/// What was printed, and the line that is typed, in a window that can be scrolled back.
struct CommandWindow {
  private var lines: [Line] = []
  private var input: Input?
  /// How far a long command is.
  var progress = ""
  /// How many rows below the window are hidden.
  private(set) var offset = 0

  private struct Input: Equatable {
    let prompt: String
    let line: String
    /// In characters of the line.
    let cursor: Int
  }

  /// How many lines are kept.
  static let lineLimit = 5000

  /// Adds lines. If the window is scrolled back, what it shows stays.
  mutating func append(_ added: [Line], width: Int) {
    if offset > 0 { offset += added.reduce(0) { $0 + $1.rows(of: width).count } }
    lines += added.suffix(Self.lineLimit)
    // In few steps: each moves all lines.
    if lines.count > Self.lineLimit * 5 / 4 { lines.removeFirst(lines.count - Self.lineLimit) }
  }

  /// Sets the line that is typed; a change shows it, however far the window was scrolled.
  mutating func setInput(prompt: String, line: String, cursor: Int) {
    let next = Input(prompt: prompt, line: line, cursor: cursor)
    if next != input { offset = 0 }
    input = next
  }

  /// The line that was typed is finished.
  mutating func finishInput(prompt: String, line: String, width: Int) {
    input = nil
    offset = 0
    append([Line(prompt + line)], width: width)
  }

  /// Scrolls by a number of rows, up if it is positive.
  mutating func scroll(by count: Int, size: ScreenFrame.Size) {
    let all = lines.reduce(inputRows(size.columns).rows.count) {
      $0 + $1.rows(of: size.columns).count
    }
    offset = min(max(0, offset + count), max(0, all - size.rows))
  }

  /// The rows of the window, and where the cursor is in it; nil if that is scrolled away.
  func rows(_ size: ScreenFrame.Size) -> (rows: [Line], cursor: ScreenFrame.Place?) {
    let (typed, cursor) = inputRows(size.columns)
    // Counted from the end, as rows are shown.
    var rows: [Line] = typed.reversed()
    let wanted = size.rows + offset
    for line in lines.reversed() {
      if rows.count >= wanted { break }
      rows += line.rows(of: size.columns).reversed()
    }
    // A line that has more rows than the window scrolls to the cursor.
    let below = offset > 0 ? offset : max(0, typed.count - cursor.row - size.rows)
    let shown = Array(rows.dropFirst(below).prefix(size.rows).reversed())
    let row = shown.count + below - typed.count + cursor.row
    let isShown = (0..<shown.count).contains(row)
    return (shown, isShown ? ScreenFrame.Place(row: row, column: cursor.column) : nil)
  }

  /// The rows of the line that is typed, and the cursor in them.
  private func inputRows(_ width: Int) -> (rows: [Line], cursor: ScreenFrame.Place) {
    guard let input else {
      let row = Line(progress).cut(to: width)
      return ([row], ScreenFrame.Place(row: 0, column: min(row.columnCount, width - 1)))
    }
    let before = Line(input.prompt + String(input.line.prefix(input.cursor)))
    // The cursor has a place after the last character.
    var rows = (before + Line(String(input.line.dropFirst(input.cursor)) + " ")).rows(of: width)
    let end = (before + "_").rows(of: width)
    while rows.count < end.count { rows.append(Line()) }
    let column = max(0, (end.last?.columnCount ?? 1) - 1)
    return (rows, ScreenFrame.Place(row: end.count - 1, column: column))
  }
}
