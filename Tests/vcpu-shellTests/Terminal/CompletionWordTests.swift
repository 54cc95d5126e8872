import Testing

@testable import vcpu_shell

@Suite struct CompletionWordTests {
  @Test(arguments: [
    ("", 0, ""), ("pri", 0, "pri"), ("print vm", 6, "vm"), ("print ", 6, ""),
    ("print\tvm", 6, "vm"),
    ("p $esr_el2.e", 2, "$esr_el2.e"), ("p hv:vmex", 2, "hv:vmex"), ("p (guest:m", 3, "guest:m"),
    ("p $x0+$x", 6, "$x"), ("p $x0-$x", 6, "$x"), ("p 8/$x", 4, "$x"), ("p !$x", 3, "$x"),
    ("catch exit mmio-w", 11, "mmio-w"), ("p $exit.kind==mmio-w", 14, "mmio-w"),
    ("source scripts/fi", 7, "scripts/fi"), ("p $x0-$x1 mmio-w", 10, "mmio-w"),
    ("p '$e4ma", 3, "$e4ma"), ("b \"f", 3, "f"), ("é $x", 2, "$x"), ("x/4xg $s", 6, "$s"),
    ("x/4x", 0, "x/4x"), ("p -$", 3, "$"), ("p a&&b", 5, "b"),
  ])
  func words(line: String, start: Int, text: String) {
    let word = CompletionWord(endOf: line)
    #expect(word.start == start)
    #expect(word.text == text)
  }

  @Test(
    arguments: [
      (["continue"], " "), (["a.", "b."], " "), ([], " "), (["$esr_el2."], nil), (["hv:"], nil),
      (["folder/"], nil), (["count="], nil), ([""], " "),
    ] as [([String], Character?)])
  func whatFollowsACompletedWord(words: [String], character: Character?) {
    #expect(
      LineEditor.appendCharacter(after: words) == character.map { Int32($0.asciiValue!) } ?? 0)
  }
}
