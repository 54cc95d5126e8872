import Testing

@testable import vcpu_shell

@Suite struct ConsoleWindowTests {
  private func rows(_ text: String, rows: Int = 5, columns: Int = 20) -> [String] {
    var window = ConsoleWindow()
    window.receive(Array(text.utf8))
    return window.rows(.init(rows: rows, columns: columns)).rows.map { row in
      String(row.plain.reversed().drop { $0 == " " }.reversed())
    }
  }

  @Test(arguments: [
    ("one\r\ntwo", ["one", "two"]), ("50%\r60%", ["60%"]), ("ab\u{8}c", ["ac"]),
    // The guest's command line: erasing with backspace, and to the end of the line.
    ("linux# lss\u{8} \u{8}", ["linux# ls"]), ("abcdef\r\u{1b}[K> ", [">"]),
    ("abc\u{1b}[2D\u{1b}[Jx", ["ax"]), ("a\tb", ["a       b"]),
    // Colours, titles and other requests have no effect.
    ("\u{1b}[1;32mok\u{1b}[0m\u{1b}]0;title\u{7}\u{1b}(B!", ["ok!"]),
    ("\u{1b}]0;title\u{1b}\\x", ["x"]), ("\u{1b}[6n\u{1b}[?25hx\u{7}", ["x"]),
    ("\u{1b}[999999999999999999Cx\r\u{1b}[2K", [""]), ("grün", ["grün"]),
  ])
  func itDoesWhatACommandLineNeeds(text: String, expected: [String]) {
    let shown = rows(text, columns: 4096)
    #expect(shown == expected)
  }

  @Test func theLastRowsAreShown() {
    #expect(rows("1\n2\n3\n4\n", rows: 3) == ["3", "4", ""])
    #expect(rows("0123456789abc", rows: 2, columns: 5) == ["56789", "abc"])
  }

  @Test func theCursorIsAfterTheText() {
    var window = ConsoleWindow()
    window.receive(Array("one\nlinux# ".utf8))
    #expect(window.rows(.init(rows: 5, columns: 20)).cursor == .init(row: 1, column: 7))
    #expect(window.rows(.init(rows: 1, columns: 20)).cursor == .init(row: 0, column: 7))
    #expect(window.rows(.init(rows: 5, columns: 7)).cursor == .init(row: 2, column: 0))
  }

  /// Characters may come in parts, and bytes that are none are shown.
  @Test func bytesAreText() {
    var window = ConsoleWindow()
    for byte in Array("é".utf8) + [0xff] + Array("x".utf8) + [0xe2, 0x82] + Array("y".utf8) {
      window.receive([byte])
    }
    let text = window.rows(.init(rows: 1, columns: 40)).rows[0].plain
    #expect(text.hasPrefix("é\\xffx\\xe2\\x82y"), "\(text)")
  }

  @Test func hostileOutputIsBounded() {
    var generator = SystemRandomNumberGenerator()
    var window = ConsoleWindow()
    for _ in 0..<20 {
      window.receive(
        (0..<500).map { _ in
          let bytes: [UInt8] = [0x1b, 0x5b, 0x4b, 0x43, 0x39, 0x0a, 0x0d, 0x08, 0x80, 0xe2, 0x3b]
          return bytes.randomElement(using: &generator) ?? 0
        })
      let shown = window.rows(.init(rows: 4, columns: 30))
      #expect(shown.rows.count <= 4 && shown.rows.allSatisfy { $0.columnCount <= 30 })
      #expect((0..<4).contains(shown.cursor.row) && (0..<30).contains(shown.cursor.column))
    }
    window.receive(Array(repeating: UInt8(ascii: "\n"), count: 10 * ConsoleWindow.lineLimit))
  }
}
