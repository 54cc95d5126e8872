import Testing

@testable import vcpu_shell

@Suite struct LineAssemblerTests {
  @Test func piecesBecomeLines() {
    var lines = LineAssembler()
    #expect(lines.append("hel".utf8) == [])
    #expect(lines.append("lo\nwor".utf8) == Array("hello\n".utf8))
    #expect(lines.append("ld\n\nx\ny".utf8) == Array("world\n\nx\n".utf8))
    #expect(lines.takePartial() == Array("y".utf8))
    #expect(lines.takePartial() == [])
    #expect(lines.append("\n".utf8) == Array("\n".utf8))
  }

  @Test func everyCutGivesTheSame() {
    let text = Array("one\ntwo\r\n\nthree".utf8)
    for cut in 0...text.count {
      var lines = LineAssembler()
      let given = lines.append(text[..<cut]) + lines.append(text[cut...])
      #expect(given == Array("one\ntwo\r\n\n".utf8))
      #expect(lines.takePartial() == Array("three".utf8))
    }
  }

  @Test func anEndlessLineIsGivenOut() {
    var lines = LineAssembler(maximumByteCount: 4)
    #expect(lines.append("abc".utf8) == [])
    #expect(lines.append("de".utf8) == Array("abcde".utf8))
    #expect(lines.takePartial() == [])
  }
}
