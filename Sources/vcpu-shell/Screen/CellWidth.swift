/// The number of a terminal's columns that characters take.
enum CellWidth {
  static func of(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The blocks of Unicode whose characters are wide (UAX #11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
    0x1f900...0x1f9ff, 0x20000...0x3fffd,
  ]
}

extension Line {
  private static let tabWidth = 8

  /// The line in rows of up to `width` columns, with blanks for tabs; one empty row for an empty line.
  func rows(of width: Int) -> [Line] {
    var rows: [Line] = []
    var row = Line()
    var column = 0
    for span in spans {
      var text = ""
      func endText() {
        row += Line(text, span.style)
        text = ""
      }
      for character in span.text {
        let size =
          character == "\t" ? Self.tabWidth - column % Self.tabWidth : CellWidth.of(character)
        if column + size > width, column > 0 {
          endText()
          rows.append(row)
          row = Line()
          column = 0
          // A tab goes on to the next row's first column.
          if character == "\t" { continue }
        }
        text +=
          character == "\t" ? String(repeating: " ", count: min(size, width)) : String(character)
        column += size
      }
      endText()
    }
    return rows + [row]
  }

  /// The part of the line that fits into a row.
  func cut(to width: Int) -> Line { rows(of: width)[0] }

  /// The number of columns that it takes, without tabs.
  var columnCount: Int { spans.reduce(0) { $0 + $1.text.reduce(0) { $0 + CellWidth.of($1) } } }
}
