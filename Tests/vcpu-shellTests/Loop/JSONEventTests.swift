import Testing

@testable import vcpu_shell

/// The order and the form of events that no request asks for.
@Suite struct JSONEventTests {
  @Test func whatIsToldBeforeTheFirstEventComesAfterIt() throws {
    var bytes: [UInt8] = []
    let renderer = JSONRenderer(Output { some, _ in bytes += some })
    renderer.render(.note("early"))
    renderer.render(.warning("early too"))
    #expect(bytes.isEmpty)
    renderer.render(.begin(nil))
    renderer.render(.end(0))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let names = lines.map { $0.split(separator: "\"event\":\"")[1].prefix { $0 != "\"" } }
    #expect(names == ["begin", "note", "warning", "end"])
  }

  @Test func aConsoleIsToldLineByLine() throws {
    var bytes: [UInt8] = []
    let renderer = JSONRenderer(Output { some, _ in bytes += some })
    renderer.render(.begin(nil))
    bytes = []
    renderer.render(.console(Array("one\r\n\ntwo \u{1b}[31m".utf8) + [0xff]))
    let texts = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\"text\":", maxSplits: 1)[1]
    }
    #expect(
      texts == [
        "\"one\",\"isPartial\":false}", "\"\",\"isPartial\":false}",
        "\"two \\u001b[31m\u{fffd}\",\"isPartial\":true}",
      ])
  }
}
