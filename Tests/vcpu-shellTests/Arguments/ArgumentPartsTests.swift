import Testing

@testable import vcpu_shell

@Suite struct ArgumentPartsTests {
  @Test(arguments: [
    ("a, b", ["a", "b"]), ("a", ["a"]), ("", [""]), ("a,", ["a", ""]), (",", ["", ""]),
    ("\"x, y\", 1", ["\"x, y\"", "1"]), ("f(1, 2), 3", ["f(1, 2)", "3"]),
    ("',', ','", ["','", "','"]), ("\"a\\\", b\", c", ["\"a\\\", b\"", "c"]),
    ("$v0[1, 2], 3", ["$v0[1, 2]", "3"]), (") , a", [")", "a"]), ("\" , a", ["\"", "a"]),
    ("(1, 2", ["(1, 2"]),
  ])
  func betweenCommas(text: String, parts: [String]) {
    #expect(ArgumentParts.split(text, at: .comma) == parts)
  }

  @Test(arguments: [
    ("a  b", ["a", "b"]), ("", []), ("  ", []), ("($sp + 8) +16", ["($sp + 8)", "+16"]),
    ("guest:(1 + 2) 3", ["guest:(1 + 2)", "3"]), ("\"a b\"\tc", ["\"a b\"", "c"]),
  ])
  func betweenBlanks(text: String, parts: [String]) {
    #expect(ArgumentParts.split(text, at: .blank) == parts)
  }

  @Test(arguments: [
    ("a b", "a", "b"), ("\"a b\" c", "a b", "c"), ("\"a b", "\"a", "b"), ("\"a\"b", "\"a\"b", ""),
    ("\"a\\\"b\"", "a\"b", ""),
  ])
  func paths(text: String, path: String, rest: String) {
    var scanner = ArgumentScanner(text, of: "dump")
    #expect(scanner.takePath() == path)
    #expect(scanner.rest == rest)
  }
}
