import Testing

@testable import vcpu_shell

@Suite struct LineTests {
  private let name = "main"

  @Test func interpolationsKeepTheirStyles() {
    let address: Line = "\(hexadecimal(0x2a), .address)"
    let line: Line = "at \(address) <\(name, .symbol)>"
    #expect(line.plain == "at 0x2a <main>")
    #expect(
      line.spans == [
        .init(text: "at ", style: nil), .init(text: "0x2a", style: .address),
        .init(text: " <", style: nil), .init(text: "main", style: .symbol),
        .init(text: ">", style: nil),
      ])
    #expect(line.count == 14)
  }

  @Test func partsOfOneStyleAreOne() {
    var line = Line("a", .heading) + Line("b", .heading)
    #expect(line.spans == [.init(text: "ab", style: .heading)])
    line += ""
    line += name
    line = "=> " + line + " <="
    #expect(line.plain == "=> abmain <=")
    #expect(line.spans.count == 3)
    #expect(Line() == "" && Line().isEmpty)
  }

  @Test func paddingIsAfterTheText() {
    #expect(Line("ab", .address).padded(to: 4).plain == "ab  ")
    #expect(Line("abcde").padded(to: 4).plain == "abcde")
    // Characters that are made visible count with their visible width.
    #expect(Line("\u{1b}").padded(to: 4).plain == "\\e  ")
  }

  @Test func coloursAreThereWhenTheyAreWanted() {
    let line: Line = "\(name, .error)!"
    #expect(
      String(decoding: line.bytes(isStyled: true), as: UTF8.self) == "\u{1b}[1;31mmain\u{1b}[0m!\n")
    #expect(String(decoding: line.bytes(isStyled: false), as: UTF8.self) == "main!\n")
  }

  @Test func linesOfOthersEndInSeveralWays() {
    #expect(Line.lines(of: "a\r\nb\n\rc\n\nd") == ["a", "b", "c", "", "d"])
    #expect(Line.lines(of: "") == [])
    #expect(Line.lines(of: "\n") == [""])
    #expect(Line.lines(of: "a\rb\n") == ["a\\rb"])
  }

  @Test func linesAreJoined() {
    let lines: [Line] = ["a", "b"]
    #expect(lines.joined(separator: ", ") == "a, b")
    #expect(lines.plain == "a\nb\n")
  }
}

@Suite struct LineFoldingTests {
  @Test(
    arguments: [
      ("short", 10, ["short"]), ("one two three", 9, ["one two", "    three"]),
      ("one two three four", 12, ["one two", "    three", "    four"]),
      ("  one two three four", 16, ["  one two three", "      four"]),
      ("0123456789abcdef0123456789", 12, ["0123456789ab", "    cdef0123", "    456789"]),
      ("one   two", 5, ["one", "two"]), ("", 5, [""]), ("ab", 1, ["a", "b"]),
      ("            x", 4, ["", "x"]),
    ])
  func texts(text: String, width: Int, expected: [String]) {
    let lines = Line(text).folded(to: width)
    #expect(lines.map(\.plain) == expected)
    #expect(lines.allSatisfy { $0.count <= width })
  }

  @Test func stylesStay() {
    let line: Line = "at \("main", .symbol) of \("file", .heading)"
    #expect(
      line.folded(to: 8) == ["at \("main", .symbol)", "    of", "    \("file", .heading)"])
  }
}

@Suite struct StyleTests {
  /// Black, blue, yellow and white are hard to read on one background or the other, and so are the bright colors; a
  /// background that we set fits neither.
  @Test(arguments: Style.allCases)
  func itCanBeReadOnEveryBackground(style: Style) {
    let allowed: Set = ["1", "2", "31", "32", "35", "36"]
    let parameters = style.parameters.split(separator: ";").map(String.init)
    #expect(!parameters.isEmpty && allowed.isSuperset(of: parameters))
  }
}
