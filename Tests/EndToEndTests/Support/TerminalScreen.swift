/// What a terminal shows: as much of xterm as ncurses uses.
struct TerminalScreen {
  private(set) var rows: Int
  private(set) var columns: Int
  /// The other screen, while the alternate one is shown.
  private var saved: [[Character]]?
  private var cells: [[Character]]
  private var row = 0
  private var column = 0
  /// Whether the next character begins the next row first.
  private var wraps = false
  private var top = 0
  private var bottom: Int
  private var last: Character = " "
  private var pending = ""

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    bottom = rows - 1
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// Whether the alternate screen is shown.
  var isAlternate: Bool { saved != nil }

  /// The text of the rows, without blanks at their ends.
  var text: String {
    cells.map { row in String(row.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
  }

  mutating func resize(rows: Int, columns: Int) {
    var next = TerminalScreen(rows: rows, columns: columns)
    next.saved = saved.map { _ in next.cells }
    self = next
  }

  mutating func receive(_ text: String) {
    var rest = Substring(pending + text)
    pending = ""
    while let first = rest.unicodeScalars.first {
      guard first == "\u{1b}" else {
        // A grapheme may have been put together from "\r" and "\n".
        put(Character(first))
        rest.unicodeScalars.removeFirst()
        continue
      }
      guard
        let match = rest.prefixMatch(
          of: /\u{1b}(?:\[([?>=]?)([0-9;]*)([@-~])|[()][A-Z0-9]|[=>78M])/)
      else {
        pending = String(rest)
        return
      }
      if let final = match.3, match.1 != ">" {
        let numbers = (match.2 ?? "").split(separator: ";", omittingEmptySubsequences: false)
        control(final, numbers.map { Int($0) }, isPrivate: match.1 == "?")
      } else if match.0 == "\u{1b}M" {
        if row == top { scroll(by: -1) } else { row = max(0, row - 1) }
      }
      rest = rest[match.range.upperBound...]
    }
  }

  private mutating func put(_ character: Character) {
    switch character {
    case "\r": (column, wraps) = (0, false)
    case "\n":
      wraps = false
      if row == bottom { scroll(by: 1) } else { row = min(rows - 1, row + 1) }
    case "\u{8}": (column, wraps) = (max(0, column - 1), false)
    case "\t": column = min(columns - 1, (column / 8 + 1) * 8)
    case "\u{7}", "\u{e}", "\u{f}": break
    default:
      if wraps {
        put("\r")
        put("\n")
      }
      cells[row][column] = character
      last = character
      if column == columns - 1 { wraps = true } else { column += 1 }
    }
  }

  private mutating func scroll(by count: Int) {
    let blank = Array(repeating: Character(" "), count: columns)
    for _ in 0..<abs(count) {
      cells.remove(at: count > 0 ? top : bottom)
      cells.insert(blank, at: count > 0 ? bottom : top)
    }
  }

  private mutating func control(_ final: Substring, _ numbers: [Int?], isPrivate: Bool) {
    let first = numbers.first ?? nil
    let count = max(1, first ?? 1)
    wraps = false
    switch final {
    case "H":
      row = min(rows, count) - 1
      column = min(columns, max(1, (numbers.count > 1 ? numbers[1] : nil) ?? 1)) - 1
    case "A": row = max(0, row - count)
    case "B": row = min(rows - 1, row + count)
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "G": column = min(columns, count) - 1
    case "d": row = min(rows, count) - 1
    case "J":
      for index in (first == 2 ? 0 : row + 1)..<max(rows, row + 1) where index < rows {
        cells[index] = Array(repeating: " ", count: columns)
      }
      if first != 2 { erase(column..<columns) }
    case "K": erase(first == 1 ? 0..<column + 1 : column..<columns)
    case "X": erase(column..<min(columns, column + count))
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      cells[row] += Array(repeating: " ", count: columns - cells[row].count)
    case "@":
      cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
      cells[row] = Array(cells[row].prefix(columns))
    case "L", "M":
      let before = top
      top = row
      for _ in 0..<count { scroll(by: final == "M" ? 1 : -1) }
      top = before
    case "S": scroll(by: count)
    case "T": scroll(by: -count)
    case "b": for _ in 0..<count { put(last) }
    case "r" where !isPrivate:
      top = max(1, first ?? 1) - 1
      bottom = min(rows, (numbers.count > 1 ? numbers[1] : nil) ?? rows) - 1
      (row, column) = (0, 0)
    case "h" where isPrivate && first == 1049:
      saved = cells
    case "l" where isPrivate && first == 1049:
      if let saved { cells = saved }
      saved = nil
    default: break
    }
  }

  private mutating func erase(_ range: Range<Int>) {
    for index in range { cells[row][index] = " " }
  }
}
