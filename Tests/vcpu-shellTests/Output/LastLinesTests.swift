import Testing

@testable import vcpu_shell

@Suite struct LastLinesTests {
  private func lines(_ pieces: String..., limit: Int = 3) -> (lines: [String], dropped: Int) {
    var lines = LastLines(limit: limit)
    for piece in pieces { lines.append(Array(piece.utf8)) }
    return (lines.lines, lines.droppedCount)
  }

  @Test func theLastStay() {
    #expect(lines("a\nb\nc\nd\ne\n") == (["c", "d", "e"], 2))
    #expect(lines("a\nb", "\nc\n", "d\n") == (["b", "c", "d"], 1))
    #expect(lines() == ([], 0))
  }

  @Test func oneThatGoesOnIsShown() {
    #expect(lines("a\nb") == (["a", "b"], 0))
    #expect(lines("a\nb\nc\nd") == (["b", "c", "d"], 0))
    #expect(lines("a", "b", "c\n") == (["abc"], 0))
  }

  @Test func emptyLinesAreLines() { #expect(lines("\n\na\r\n") == (["", "", "a"], 0)) }

  @Test func aVeryLongLineIsCut() {
    let long = String(repeating: "x", count: 5000)
    #expect(lines(long, "y\n") == ([long, "y"], 0))
  }
}
