import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Every command on a snapshot: a read-only command gives the same answer as on the machine itself, and a command
/// that acts reports that it can't.
@Suite struct SnapshotCommandTests {
  private let folder: URL

  init() throws {
    folder = FixtureImages.folder.appendingPathComponent("\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A shell with a snapshot of a fixture's machine.
  private func snapshot(of fixture: ShellFixture) throws -> ShellFixture {
    let path = folder.appendingPathComponent("snapshot").path
    try fixture.session.saveSnapshot(to: path)
    let copy = try ShellFixture()
    let opened = try SessionOpening.open(path, variables: copy.shell.variables)
    #expect(opened.warnings == [])
    copy.shell.session = opened.session
    return copy
  }

  @Test(arguments: CommandTable.standard.commands.map { $0.name })
  func eachCommand(name: String) throws {
    let command = try #require(CommandTable.standard.commands.first { $0.name == name })
    guard !command.actsOnTarget else { return try expectRefusal(name) }
    let session = try #require(TranscriptTests.sessions[name], "\(name) has no session")
    let fixture = try ShellFixture(at: session.exit)
    var following = session.following[...]
    let input = ScriptInput(name: "lines", hasPlaces: false) { following.popFirst() }
    fixture.loop.inputs = [input]
    for line in session.before { fixture.run(line) }
    try session.prepare(fixture)
    let copy = try snapshot(of: fixture)
    // Whether a file is what is in memory can't be seen without all of its code.
    guard !["symbol-file", "add-symbol-file"].contains(name) else { return }
    guard !name.hasPrefix("exits") else {
      #expect(copy.run("exits").hasPrefix("error: "))
      return
    }
    guard name != "info guest" else {
      #expect(
        copy.run("info guest task").hasSuffix("; a snapshot has little of a kernel's memory\n"))
      return
    }
    // The files of a transcript have names, and are written to a temporary folder.
    let file = folder.appendingPathComponent("file").path
    let lines = session.lines.filter { !$0.hasPrefix("source") }.map {
      $0.replacingOccurrences(of: "stuck.snapshot", with: file)
        .replacingOccurrences(of: "exits.vcpu", with: file)
        .replacingOccurrences(of: "ram.bin", with: file)
    }
    for name in fixture.shell.definitions.names {
      guard let body = fixture.shell.definitions.commands[name]?.body else { continue }
      copy.shell.definitions.define(name, body)
    }
    for line in lines {
      let before = following
      let wanted = fixture.run(line)
      following = before
      copy.loop.inputs = [input]
      #expect(copy.run(line) == wanted, "\(line)")
      #expect(
        !wanted.hasPrefix("error: ") || ["assert", "tui", "layout", "refresh"].contains(name),
        "\(line)")
    }
    #expect(copy.target.takeTrace() == [])
  }

  /// What a snapshot lacks is not a fault that the CPU would take.
  @Test func aWalkThatNeedsATableThatIsNotSaved() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    // More tables than are saved: 512 of level 3 for each of 0x8000_0000, 0xc000_0000 and 0x1_0000_0000. After them one
    // for 0x1_4000_0000.
    var entries = (0..<3).flatMap { _ in [3, 0, 0x80, 0x44, 0, 0, 0, 0] as [UInt8] }
    entries += [3, 0, 0xc0, 0x44]
    _ = fixture.target.memory.write(entries, at: 0x4400_0010, .physical)
    _ = fixture.target.memory.write([3, 0, 0, 0x46], at: 0x44c0_0000, .physical)
    let tables = (0..<512).flatMap { _ in [3, 0x10, 0, 0x46, 0, 0, 0, 0] as [UInt8] }
    _ = fixture.target.memory.write(tables, at: 0x4480_0000, .physical)
    let copy = try snapshot(of: fixture)
    #expect(
      copy.run("walk ipa:0x140000000")
        == "error: cannot access pa:0x46000000: it was not saved in the snapshot\n")
    #expect(
      copy.run("info mappings s2")
        == "error: cannot access pa:0x46000000: the snapshot does not have these tables\n")
    #expect(copy.run("walk guest:$guest.pc") == fixture.run("walk guest:$guest.pc"))
  }

  private func expectRefusal(_ name: String) throws {
    let copy = try snapshot(of: ShellFixture(at: .mmioWrite))
    let lines = [
      "signal": "signal SIGINT", "inject": "inject undef",
      "break": "break handle_exit", "tbreak": "tbreak handle_exit", "set": "set $x0 = 1",
      "hbreak": "hbreak handle_exit", "watch": "watch hv:0x40404000",
      "rwatch": "rwatch hv:0x40404000", "awatch": "awatch hv:0x40404000",
      "until": "until handle_exit", "advance": "advance handle_exit", "jump": "jump handle_exit",
      "condition": "condition 1", "ignore": "ignore 1 1",
      "set catch-way": "set catch-way auto", "expect exit": "expect exit hvc",
      "expect no": "expect no exit smc until end", "expect console": "expect console /a/",
      "expect stop": "expect stop end", "send console": "send console \"a\"",
      "on exit": "on exit hvc", "restore": "restore ram.bin binary guest:0x40200000",
      "rbreak": "rbreak ^handle",
    ]
    let text = copy.run(lines[name] ?? name)
    #expect(
      text == "error: this is a snapshot: it cannot run, and cannot be changed\n",
      "\(name): \(text)")
  }
}
