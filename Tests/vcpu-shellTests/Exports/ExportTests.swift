import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Files with recorded exits.
@Suite struct ExportTests {
  private func fixture(_ log: ExitLog = FakeExitLog.usual) throws -> ShellFixture {
    let fixture = try ShellFixture()
    try fixture.session.recorder.read(from: FakeExitLog(log), ticksPerSecond: 62_500_000)
    return fixture
  }

  private func answer() throws -> ExitsAnswer {
    RecordedExitReader(try fixture().session).answer(FakeExitLog.usual, last: nil)
  }

  @Test func aTableHasALineForEachExit() throws {
    let lines = ExitTable.text(try answer()).components(separatedBy: "\r\n")
    #expect(lines.count == 12 + 2 && lines[0].hasPrefix("cpu,number,vm,vcpu,time,"))
    // A summary with commas is quoted.
    #expect(lines[1].contains("mmio-write,"))
    #expect(lines[8].hasSuffix("\"") || !lines[8].contains(", "))
  }

  @Test func linesOfJSONAreObjects() throws {
    let lines = String(decoding: try ExitLines.bytes(try answer()), as: UTF8.self).split(
      separator: "\n")
    #expect(lines.count == 12)
    let decoded = try JSONDecoder().decode(RecordedExitAnswer.self, from: Data(lines[0].utf8))
    #expect(try decoded == answer().exits[0])
  }

  @Test func numbersOfProtocolBuffers() {
    var writer = ProtobufWriter()
    writer.add(150, field: 1)
    writer.add("testing", field: 2)
    writer.add(field: 3) { $0.add(150, field: 1) }
    // The examples of protobuf.dev, "Encoding".
    #expect(
      writer.bytes == [0x08, 0x96, 1, 0x12, 7] + Array("testing".utf8) + [0x1a, 3, 8, 0x96, 1])
  }

  /// Slices are in order, and each that begins ends.
  @Test func aTraceHasAPacketForEachEvent() throws {
    let bytes = PerfettoTrace.bytes(try answer())
    var rest = bytes[...]
    var count = 0
    while let tag = rest.popFirst() {
      #expect(tag == 0x0a)
      var length = 0
      var shift = 0
      while let byte = rest.popFirst() {
        length |= Int(byte & 0x7f) << shift
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      rest = rest.dropFirst(length)
      count += 1
    }
    // A track, twice two ends for each exit, and an instant for the one that isn't over.
    #expect(count == 1 + 11 * 4 + 3)
  }

  @Test func aPageIsWhole() throws {
    let fixture = try fixture()
    let folder = FixtureImages.folder.appendingPathComponent("\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("page.html").path
    #expect(fixture.run("exits report \(path)") == "wrote 12 exits to \(path)\n")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(page.hasSuffix("</html>\n") && page.contains("<h2>Repetitions</h2>"))
    #expect(page.contains("PSCI_VERSION") && page.contains("The guest makes no progress."))
    for outside in ["http:", "https:", "src=", "@import", "url("] {
      #expect(!page.contains(outside))
    }
  }

  @Test(arguments: [
    ("exits export", "needs the path of a file"), ("exits export x", "doesn't say the format"),
    ("exits export --as xml x", "takes csv, jsonl or perfetto, not 'xml'"),
    ("exits export /nowhere/x.csv", "cannot write the exits to /nowhere/x.csv"),
    ("exits report", "needs the path of a file"), ("exits 0", "a number of at least 1"),
    ("exits zork", "zork"), ("exits stat c", "not 'c'"), ("exits stat zork", "not 'zork'"),
    ("exits histogram 3", "3"),
  ])
  func whatIsWrongIsSaid(line: String, part: String) throws {
    let text = try fixture().run(line)
    #expect(text.hasPrefix("error: ") && text.contains(part), "\(text)")
  }

  /// 100,000 exits make a page of a few megabytes within seconds.
  @Test func manyExits() throws {
    let exits = (0..<100_000).map {
      FakeExitLog.exit(UInt64($0), at: UInt64($0) * 100, esr: 0x5600_0000, pc: UInt64($0 % 50) * 4)
    }
    let fixture = try fixture(ExitLog(exits: exits, recordedCount: 100_000))
    let path = FixtureImages.folder.appendingPathComponent("\(UUID()).html").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(fixture.run("exits report \(path)").hasPrefix("wrote 100,000 exits"))
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    #expect((1_000_000..<8_000_000).contains(size))
  }

  @Test(arguments: [
    (0, "0 ns"), (999, "999 ns"), (1000, "1.00 µs"), (9_996, "10.0 µs"), (99_960, "100 µs"),
    (999_600, "1.00 ms"), (52_130_000, "52.1 ms"), (3_040_000_000, "3.04 s"),
  ])
  func durations(count: Int, text: String) { #expect(DurationText.nanoseconds(count) == text) }
}
