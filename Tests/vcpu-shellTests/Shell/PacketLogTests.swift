import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct PacketLogTests {
  @Test func packetsAreLines() throws {
    let path = try temporaryPath()
    let log = try PacketLog(path: path)
    log.record(.sent, Array("$g#67".utf8))
    log.record(.received, [UInt8(ascii: "+"), 0, 0x0a, 0x7f, 0xff, UInt8(ascii: "\\")])
    log.record(.sent, [3])
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.removeFirst() == "# vcpu-shell rsp-log 1")
    let texts = ["-> $g#67", #"<- +\x00\x0a\x7f\xff\x5c"#, #"-> \x03"#]
    #expect(lines.count == texts.count)
    var last = 0.0
    for (line, text) in zip(lines, texts) {
      #expect(line.hasSuffix(" " + text))
      // Seconds with six digits after the point.
      let time = line.dropLast(text.count + 1)
      #expect(time.wholeMatch(of: /[0-9]+\.[0-9]{6}/) != nil, "\(line)")
      let seconds = try #require(Double(time))
      #expect(seconds >= last)
      last = seconds
    }
  }

  @Test func aFileThatCannotBeWritten() {
    let error = #expect(throws: (any Error).self) { try PacketLog(path: "/nowhere/log") }
    #expect(error.map { "\($0)" }?.contains("/nowhere/log") == true)
  }

  @Test func aFullDiskIsToldOnce() throws {
    let log = try PacketLog(path: "/dev/full")
    var errors: [String] = []
    log.onFailure = { errors.append("\($0)") }
    for _ in 0..<3 { log.record(.sent, [3]) }
    #expect(errors.count == 1 && errors[0].contains("/dev/full"), "\(errors)")
  }
}

private func temporaryPath() throws -> String {
  try FileManager.default.createDirectory(
    at: FixtureImages.folder, withIntermediateDirectories: true)
  return FixtureImages.folder.appendingPathComponent("\(UUID())").path
}
