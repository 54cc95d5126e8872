import Foundation
import GDBRemote
import TestSupport
import Testing

@testable import vcpu_shell

/// A target whose every name contains characters that a terminal interprets.
@Suite struct HostileTextTests {
  /// Whether a terminal shows all of a text, and interprets none of it.
  private func isShown(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar == "\n" || scalar == "\t" { return true }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: return false
      default: return true
      }
    }
  }

  /// The fixture's hypervisor with another name for `handle_exit`.
  private func hypervisor(naming name: String, in folder: ScratchFolder) throws -> String {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: FixtureImages.hypervisor.get()))
    let before = Data("\0handle_exit\0".utf8)
    let after = Data("\0\(name)\0".utf8)
    #expect(before.count == after.count)
    while let range = bytes.range(of: before) { bytes.replaceSubrange(range, with: after) }
    let path = folder.path + "/hypervisor"
    try bytes.write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func namesAreShown() throws {
    let folder = try ScratchFolder()
    let target = try FakeTarget.booted()
    let thread = target.cpus[0].thread
    target.cpus = [(thread, "CPU\u{1b}]0;x\u{7}\u{9b}2J\u{202e}")]
    target.monitorAnswer = "a\tb\r\n\u{1b}[2Jc\rd\u{2028}\n"
    target.consoleOutput = Array("o\u{1b}[2J\nerror: x".utf8)
    let symbols = try hypervisor(naming: "ha\u{1b}[2J\rle_t", in: folder)
    let fixture = try ShellFixture(target, symbols: symbols)
    var text = ""
    for (line, expected) in [
      ("info threads", #"CPU\e]0;x\x07\u{9b}2J\u{202e}"#),
      ("monitor info", "a\tb\n\\e[2Jcd\\u{2028}\n"),
      ("x/i hv:\(FixtureImages.handler)", #"<ha\e[2J\rle_t>"#),
      ("break *hv:\(FixtureImages.handler)", #"<ha\e[2J\rle_t>"#),
      ("info breakpoints", #"<ha\e[2J\rle_t>"#),
      ("source \u{1b}[2J\u{202e}", #"\e[2J\u{202e}"#),
      ("nonsense\u{1b}[2J", #"'nonsense\e[2J'"#),
      ("print $\u{9b}", #"\u{9b}"#),
      ("echo \u{1b}[2J", #"\e[2J"#),
    ] {
      let printed = fixture.run(line)
      #expect(printed.contains(expected), "\(line): \(printed.debugDescription)")
      text += printed
    }
    text += fixture.run("continue", .at(FixtureImages.handler, level: 2))
    #expect(text.contains("guest| o\\e[2J\nguest| error: x\n"))
    #expect(isShown(text), "\(text.debugDescription)")
  }
}
