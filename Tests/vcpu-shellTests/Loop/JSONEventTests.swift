import Testing
import VCpuDebug

@testable import vcpu_shell

/// The order and the form of events that belong to no request.
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

  /// Silent stops are held back until the target runs again: each keeps its place.
  @Test(arguments: [
    (["continue"], "running,stop,running,stop,running,stop"),
    (["echo A", "continue"], "running,stop,answer,running,stop,answer,running,stop"),
    (["continue", "echo A"], "running,stop,running,stop,running,stop"),
    ([], "running,stop"),
    (["zork"], "running,stop,error"),
  ])
  func aSilentStopIsToldAtItsPlace(_ commands: [String], _ expected: String) throws {
    let fixture = try ShellFixture {
      let renderer = JSONRenderer($0)
      renderer.render(.begin(nil))
      return renderer
    }
    fixture.run("catch exit hvc")
    fixture.run("catch exit wfi")
    try fixture.session.breakpoints.update(1) {
      $0.commands = (["silent"] + commands).map { BreakpointCommand($0) }
    }
    let text = fixture.run("continue", .exit(.hypercall), .exit(.hypercall), .exit(.wfi))
    let events = text.split(separator: "\n").compactMap {
      $0.firstMatch(of: #/"sequence":(\d+),"time":([\d.]+),"event":"(\w+)"/#)?.output
    }
    #expect(events.map { String($0.3) }.joined(separator: ",") == expected)
    let numbers = events.compactMap { Int($0.1) }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
    let times = events.compactMap { Double($0.2) }
    #expect(times == times.sorted())
  }
}
