import Testing

@testable import vcpu_shell

@Suite struct CommandWindowTests {
  private let size = ScreenFrame.Size(rows: 3, columns: 10)

  private func texts(_ window: CommandWindow) -> [String] { window.rows(size).rows.map(\.plain) }

  @Test func theLineComesAfterWhatWasPrinted() {
    var window = CommandWindow()
    window.append(["one", "two", "three"], width: 10)
    window.setInput(prompt: "> ", line: "stepi", cursor: 2)
    #expect(texts(window) == ["two", "three", "> stepi "])
    #expect(window.rows(size).cursor == .init(row: 2, column: 4))
  }

  @Test func longLinesAndALongInputGoOnInTheNextRow() {
    var window = CommandWindow()
    window.append(["0123456789ab"], width: 10)
    window.setInput(prompt: "> ", line: "01234567", cursor: 8)
    #expect(texts(window) == ["ab", "> 01234567", " "])
    #expect(window.rows(size).cursor == .init(row: 2, column: 0))
  }

  @Test func anInputThatIsLongerThanTheWindowIsShownAtTheCursor() {
    var window = CommandWindow()
    let line = (0..<6).map { String(repeating: "\($0)", count: 10) }.joined()
    window.setInput(prompt: "", line: line, cursor: 0)
    #expect(texts(window).first == "0000000000")
    #expect(window.rows(size).cursor == .init(row: 0, column: 0))
    window.setInput(prompt: "", line: line, cursor: 60)
    #expect(texts(window).first == "4444444444")
    #expect(window.rows(size).cursor == .init(row: 2, column: 0))
  }

  @Test func itScrollsAndStaysThere() {
    var window = CommandWindow()
    window.append((1...6).map { Line("\($0)") }, width: 10)
    window.setInput(prompt: "> ", line: "", cursor: 0)
    window.scroll(by: 2, size: size)
    #expect(texts(window) == ["3", "4", "5"])
    #expect(window.rows(size).cursor == nil)
    // What is printed now is below.
    window.append(["7"], width: 10)
    #expect(texts(window) == ["3", "4", "5"])
    window.scroll(by: 100, size: size)
    #expect(texts(window) == ["1", "2", "3"])
    // The same line again isn't a key.
    window.setInput(prompt: "> ", line: "", cursor: 0)
    #expect(texts(window) == ["1", "2", "3"])
    window.setInput(prompt: "> ", line: "s", cursor: 1)
    #expect(texts(window) == ["6", "7", "> s "])
    window.scroll(by: -100, size: size)
    #expect(window.offset == 0)
  }

  @Test func aFinishedLineIsAnEarlierOne() {
    var window = CommandWindow()
    window.finishInput(prompt: "> ", line: "help", width: 10)
    window.progress = "reading"
    #expect(texts(window) == ["> help", "reading"])
  }

  @Test func theOldestLinesGo() {
    var window = CommandWindow()
    for number in 0..<CommandWindow.lineLimit * 2 { window.append([Line("\(number)")], width: 10) }
    window.scroll(by: .max / 2, size: size)
    #expect(window.offset <= CommandWindow.lineLimit * 5 / 4)
    #expect(texts(window).first != "0")
  }
}

@Suite struct LineRowsTests {
  @Test(arguments: [
    ("", 5, [""]), ("abc", 3, ["abc"]), ("abcd", 3, ["abc", "d"]), ("a\tb", 20, ["a       b"]),
    // A tab at the end of a row begins the next one.
    ("abcdefgh\tb", 10, ["abcdefgh", "b"]), ("日本語", 5, ["日本", "語"]), ("日", 1, ["日"]),
  ])
  func rows(text: String, width: Int, rows: [String]) {
    #expect(Line(text).rows(of: width).map(\.plain) == rows)
  }

  @Test func stylesStay() {
    let rows = Line("abcd", .error).rows(of: 3)
    #expect(rows == [Line("abc", .error), Line("d", .error)])
  }
}

@Suite struct ChoiceTableTests {
  @Test func choicesAreInColumns() {
    #expect(
      ChoiceTable.lines(of: ["a", "b", "c", "dd", "e"], width: 8).map(\.plain)
        == ["a   dd  ", "b   e   ", "c   "])
  }

  @Test func manyAreCounted() {
    let lines = ChoiceTable.lines(of: (0..<1000).map { "name\($0)" }, width: 80)
    #expect(lines.last == "… and 800 more")
    #expect(ChoiceTable.lines(of: ["longer than the window"], width: 3).count == 1)
  }
}
