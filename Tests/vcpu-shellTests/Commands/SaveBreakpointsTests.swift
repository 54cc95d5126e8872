import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

/// `save breakpoints`, and `source` with the file that it writes.
@Suite struct SaveBreakpointsTests {
  private let path: String

  init() throws {
    try FileManager.default.createDirectory(
      at: FixtureImages.folder, withIntermediateDirectories: true)
    path = FixtureImages.folder.appendingPathComponent("\(UUID())").path
  }

  /// Every kind, from places whose text depends on where the target is.
  private func fill(_ fixture: ShellFixture) throws {
    fixture.run("vm add linux vttbr $vttbr_el2")
    for line in [
      "break *0x40200010 if $x0 == 1", "break handle_exit vcpu 0", "break guest:store32 vm linux",
      "tbreak store32", "hbreak handle_exit", "break *$pc + 8", "break *hv:0x40205004 cpu 0",
      "catch exit", "tcatch exit hvc smc if $x1 == 0x11", "catch entry", "tcatch entry",
      "catch fault if $esr_el2.ec == 0x25", "tcatch fault", "watch *(uint32_t *)hv:0x40404000",
      "rwatch guest:$guest.sp, 16 if $x0 == 2", "awatch guest[vcpu 0]:0x40200000, 8",
      "watch ipa:0x40200000, 4", "ignore 8 3", "disable 2 14", "delete 12",
    ] {
      #expect(!fixture.run(line).contains("error: "), "\(line)")
    }
    try fixture.session.breakpoints.update(8) {
      $0.commands = ["silent", "if $x0 == 1", "echo yes", "end", "continue"]
    }
  }

  /// `info breakpoints` without the numbers, which a new session counts from 1.
  private func list(_ fixture: ShellFixture) -> [String] {
    fixture.run("info breakpoints").split(separator: "\n").map { line in
      line.first?.isNumber == true
        ? String(line.drop { $0.isNumber }.drop { $0 == " " }) : String(line)
    }
  }

  @Test func theFileSetsThemAgain() throws {
    let saved = try ShellFixture(at: .mmioWrite)
    try fill(saved)
    #expect(saved.run("save breakpoints \(path)") == "saved 16 breakpoints to \(path)\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    // At another exit, where `$pc` and a bare number mean something else.
    let other = try ShellFixture(at: .wfi)
    other.run("vm add linux vttbr $vttbr_el2")
    #expect(!other.run("source \(path)").contains("error: "))
    #expect(list(other) == list(saved))
    #expect(try other.session.breakpoints[8]?.ignoreCount == 3)
    #expect(try other.session.breakpoints[8]?.commands.count == 5)
    // What that session saves is the same.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    other.run("save breakpoints \(path)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    #expect(text.contains("\nbreak handle_exit vcpu 0\ndisable $bpnum\n"))
    #expect(text.contains("\nbreak *guest:0x40200010 if $x0 == 1\n"))
    #expect(text.contains("\nbreak guest:store32 vm linux\n"))
    #expect(text.contains("\ncatch exit any\nignore $bpnum 3\ncommands\n  silent\n"))
  }

  @Test func nothingIsWrittenWithoutBreakpoints() throws {
    let fixture = try ShellFixture()
    #expect(fixture.run("save breakpoints \(path)").hasPrefix("error: there are no breakpoints"))
    #expect(!FileManager.default.fileExists(atPath: path))
    fixture.run("catch exit")
    #expect(fixture.run("save breakpoints /nowhere/file").hasPrefix("error: "))
    #expect(fixture.run("save breakpoints").contains("needs the path of a file"))
    #expect(fixture.run("save breakpoints a b").contains("the path of one file"))
  }

  @Test func variablesAreBreakpointNumbers() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("disable $bpnum") == "error: $bpnum is not set: it isn't a breakpoint number\n")
    fixture.run("catch exit")
    fixture.run("break handle_exit")
    fixture.run("disable $bpnum")
    fixture.run("set $first = 1")
    #expect(fixture.run("ignore $first 2").contains("the next 2 stops of breakpoint 1"))
    fixture.run("condition $bpnum $x0 == 1")
    #expect(try fixture.session.breakpoints[2]?.condition?.text == "$x0 == 1")
    #expect(try fixture.session.breakpoints.all.map(\.isEnabled) == [true, false])
    fixture.run("delete $first $bpnum")
    #expect(try fixture.session.breakpoints.all.isEmpty)
  }
}
