import Testing

@testable import vcpu_shell

@Suite struct RequestLineTests {
  private func line(_ text: String) -> RequestLine? { RequestLine(Array(text.utf8)[...]) }

  @Test(arguments: [
    (#"{"id": 7, "command": "x/4i $pc"}"#, ["x/4i $pc"]),
    (#"{"command":"a","id":0}"#, ["a"]),
    (
      #"  {"id": 7, "name": "info registers", "arguments": ["el2", "esr"]} "# + "\r",
      ["info registers el2 esr"]
    ),
    (#"{"id": 7, "name": "x", "arguments": ["/4i", "$pc"]}"#, ["x /4i $pc"]),
    (#"{"id": 7, "name": "quit"}"#, ["quit"]),
    (#"{"id": 7, "name": "quit", "arguments": []}"#, ["quit"]),
    (#"{"id": 9007199254740991, "command": "\/\b\f\t\r\\"}"#, ["/\u{8}\u{c}\t\r\\"]),
    (#"{"id": 1, "command": "commands 1\nsilent\nend"}"#, ["commands 1", "silent", "end"]),
    (
      #"{"id": 1, "command": "commands 1\r\nsilent\r\nend\r\n"}"#,
      ["commands 1", "silent", "end", ""]
    ),
    (#"{"id": 1, "command": "commands 1", "lines": ["silent"]}"#, ["commands 1", "silent", "end"]),
    (#"{"id": 1, "name": "commands", "lines": []}"#, ["commands", "end"]),
    (#"{"id": 1, "command": "echo \"\u00e9\ud83d\ude00\""}"#, ["echo \"é😀\""]),
    ("{\"id\": 1, \"command\": \"echo é\"}", ["echo é"]),
  ])
  func requests(text: String, lines: [String]) throws {
    guard case .request(let request) = line(text) else {
      Issue.record("\(String(describing: line(text)))")
      return
    }
    #expect([request.line] + request.followingLines == lines)
  }

  @Test(arguments: ["", " ", "\t \r"])
  func blanksAreNothing(text: String) { #expect(line(text) == nil) }

  @Test(arguments: [
    ("quit", "the line isn't JSON"), ("{", "the line isn't JSON"),
    (#"{"id": 1, "command": "a""#, "the line isn't JSON"),
    (#"{"id": 1, "command": "a"} x"#, "the line isn't JSON"),
    (#"{"id": 1, "command": "a"}{"id": 2, "command": "a"}"#, "the line isn't JSON"),
    (#"{"id": 1, "command": "\ud800"}"#, "the line isn't JSON"),
    ("{'id': 1}", "the line isn't JSON"),
    ("[]", "a request is an object"), ("7", "a request is an object"),
    ("null", "a request is an object"),
    ("\"quit\"", "a request is an object"),
    (#"[{"id": 1, "command": "a"}]"#, "a request is an object"),
    ("{}", "'id' must be a whole number"),
    (#"{"command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": "7", "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 1.5, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": true, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": null, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 1e400, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 9223372036854775808, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 9007199254740992, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": -1, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": -0, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 1e2, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 1.0, "command": "quit"}"#, "'id' must be a whole number"),
    (#"{"id": 1, "id": 2, "command": "quit"}"#, "'id' appears twice"),
    (#"{"id": 1, "command": "quit",}"#, "the line isn't JSON: expected a key in quotes at"),
    (
      #"{"id": 1, "name": "a", "arguments": ["b",]}"#, "the line isn't JSON: expected a value"
    ),
    (
      "\u{feff}{\"id\": 1, \"command\": \"quit\"}",
      "the line isn't JSON: unexpected byte order"
    ),
    (
      #"{"id": 01, "command": "quit"}"#,
      "the line isn't JSON: expected ',' or '}' at byte 9"
    ),
    (#"{"id": +1, "command": "quit"}"#, "the line isn't JSON"),
    (#"{"id": 1., "command": "quit"}"#, "the line isn't JSON: expected a digit"),
    (#"{"id": 1, "command": NaN}"#, "the line isn't JSON"),
    (#"{"id": 1, "command": "a\x"}"#, "the line isn't JSON: unknown escape"),
    (#"{"id": 1, "command": "\u12g4"}"#, "the line isn't JSON: '\\u' needs four"),
    (#"{"id": 1, "command": "\udc00\ud800"}"#, "the line isn't JSON: unpaired surrogate"),
    ("{\"id\": 1, \"command\": \"a\tb\"}", "the line isn't JSON: a control character"),
    (#"{"id": 1, "command": "quit"} // now"#, "the line isn't JSON: unexpected text after"),
  ])
  func withoutANumber(text: String, problem: String) {
    guard case .malformed(let words, let id) = line(text) else {
      Issue.record("\(text) was accepted")
      return
    }
    #expect(words.hasPrefix(problem), "\(text)")
    #expect(id == nil)
  }

  @Test(arguments: [
    (#"{"id": 7}"#, "a request needs a 'command', or a 'name'"),
    (#"{"id": 7, "command": null}"#, "'command' must be a string"),
    (#"{"id": 7, "name": "quit", "command": null}"#, "'command' must be a string"),
    (#"{"id": 7, "name": "quit", "arguments": null}"#, "'arguments' must be an array of strings"),
    (#"{"id": 7, "command": "help", "command": "quit"}"#, "'command' appears twice"),
    (#"{"id": 7, "command": "help", "c\u006fmmand": "quit"}"#, "'command' appears twice"),
    (#"{"id": 7, "arguments": []}"#, "a request needs a 'command', or a 'name'"),
    (#"{"id": 7, "command": "a", "name": "b"}"#, "a request has a 'command' or a 'name', not both"),
    (
      #"{"id": 7, "command": "a", "arguments": []}"#,
      "'arguments' go with a 'name', not with a 'command'"
    ),
    (#"{"id": 7, "command": 1}"#, "'command' must be a string"),
    (#"{"id": 7, "command": ["a"]}"#, "'command' must be a string"),
    (#"{"id": 7, "name": {}}"#, "'name' must be a string"),
    (#"{"id": 7, "name": "a", "arguments": "b"}"#, "'arguments' must be an array of strings"),
    (
      #"{"id": 7, "name": "a", "arguments": ["b", 1]}"#, "'arguments' must be an array of strings"
    ),
    (#"{"id": 7, "name": "a", "arguments": [null]}"#, "'arguments' must be an array of strings"),
    (#"{"id": 7, "name": "a", "lines": "b"}"#, "'lines' must be an array of strings"),
    (#"{"id": 7, "name": "a", "lines": ["b\nc"]}"#, "each of 'lines' must be a single line"),
    (#"{"id": 7, "name": "a", "lines": ["b", " end"]}"#, "'lines' need no 'end'"),
    (
      #"{"id": 7, "command": "a\nb\nend", "lines": ["b"]}"#,
      "give the lines in 'command' or in 'lines', not in both"
    ),
    (
      #"{"id": 7, "command": "commands\nsilent\n end \nquit"}"#,
      "there are lines after 'end': a request is one command"
    ),
    (#"{"id": 7, "name": "a\nb"}"#, "'name' and 'arguments' must be a single line"),
    (
      #"{"id": 7, "name": "echo", "arguments": ["a\nquit"]}"#,
      "'name' and 'arguments' must be a single line"
    ),
    (
      #"{"id": 7, "cmd": "a", "z": 1}"#,
      "a request has no 'cmd'; it has 'id', 'command', 'name', 'arguments' and 'lines'"
    ),
  ])
  func withANumber(text: String, problem: String) {
    #expect(line(text) == .malformed(problem, id: 7), "\(text)")
  }

  @Test(
    arguments: [
      [0xff, 0xfe, 0x7b, 0x00], [0x7b, 0xc3, 0x28, 0x7d], [0xed, 0xa0, 0x80],
      [0x00, 0x7b, 0x00, 0x7d],
      [0x7b, 0x00, 0x7d, 0x00], [0x80],
    ] as [[UInt8]])
  func anotherEncodingIsRefused(bytes: [UInt8]) {
    #expect(RequestLine(bytes[...]) == .malformed("the line isn't UTF-8", id: nil))
  }

  @Test(arguments: ["[", "{\"a\":"])
  func whatIsNestedDeepIsRefused(text: String) {
    let deep = String(repeating: text, count: 1 << 18)
    guard case .malformed? = line(deep) else {
      Issue.record("it was accepted")
      return
    }
    guard case .malformed(_, let id)? = line("{\"id\": 1, \"command\": " + deep + "}") else {
      Issue.record("it was accepted")
      return
    }
    #expect(id == nil)
  }
}
