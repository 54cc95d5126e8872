import Testing

@testable import vcpu_shell

@Suite struct LineSplitterTests {
  /// The pieces of a text that arrives `count` bytes at a time.
  private func pieces(_ text: String, by count: Int, limit: Int) -> [String] {
    var splitter = LineSplitter(limit: limit)
    var rest = Array(text.utf8)[...]
    var result: [String] = []
    while true {
      switch splitter.next() {
      case .line(let bytes): result.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: result.append("(too long)")
      case .end: return result
      case .unfinished:
        if rest.isEmpty { splitter.finish() }
        splitter.append(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
  }

  @Test(arguments: [
    ("", []), ("\n", [""]), ("a", ["a"]), ("a\nb\n", ["a", "b"]), ("a\n\nb", ["a", "", "b"]),
    ("1234\n1234", ["1234", "1234"]), ("12345\nb", ["(too long)", "b"]),
    ("a\n12345", ["a", "(too long)"]), ("123456789012345\n\nb\n", ["(too long)", "", "b"]),
    ("12345\n12345\nb", ["(too long)", "(too long)", "b"]),
  ])
  func inPiecesOfAnySize(text: String, expected: [String]) {
    for count in 1...20 {
      #expect(pieces(text, by: count, limit: 4) == expected, "\(count) at a time")
    }
  }

  /// An overlong line is reported once, whatever its length, and none of it is kept.
  @Test func nothingIsKeptOfALineThatIsTooLong() {
    var splitter = LineSplitter(limit: 1000)
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 600)
    splitter.append(piece)
    #expect(splitter.next() == .unfinished)
    splitter.append(piece)
    #expect(splitter.next() == .tooLong)
    for _ in 0..<10_000 {
      splitter.append(piece)
      #expect(splitter.next() == .unfinished)
      #expect(splitter.bytes.count <= piece.count)
    }
    splitter.append(Array("\nshort\n".utf8))
    #expect(splitter.next() == .line(Array("short".utf8)[...]))
  }
}
