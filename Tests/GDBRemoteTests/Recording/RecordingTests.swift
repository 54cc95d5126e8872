import Foundation
import Testing

@testable import GDBRemote

struct RecordingTests {
  private func recording(_ text: String) throws(RecordingError) -> Recording {
    try Recording(parsing: Array(text.utf8))
  }

  @Test func readsWhatIsWritten() throws {
    let every = (0...255).map { UInt8($0) }
    let text =
      RecordingLine.header + RecordingLine.text(.microseconds(123), .sent, Array("$g#67".utf8))
      + RecordingLine.text(.seconds(75), .received, every) + RecordingLine.text(.zero, .sent, [])
    let recording = try Recording(parsing: text)
    #expect(recording.entries.map(\.line) == [2, 3, 4])
    #expect(recording.entries.map(\.time) == [.microseconds(123), .seconds(75), .zero])
    #expect(recording.entries.map(\.direction) == [.sent, .received, .sent])
    #expect(recording.entries.map(\.bytes) == [Array("$g#67".utf8), every, []])
    // All of it is printable.
    #expect(text.allSatisfy { $0 == 0x0a || 0x20..<0x7f ~= $0 })
  }

  @Test func theFirstFormatHasNoHeader() throws {
    let recording = try recording("0.000123 -> $qSupported:a+#00\n12.345678 <- +\\x03\\x5C\n")
    #expect(recording.entries.count == 2)
    #expect(recording.entries[1].time == .seconds(12) + .microseconds(345_678))
    #expect(recording.entries[1].bytes == [0x2b, 3, 0x5c])
  }

  @Test func toleratesWhatMailDoes() throws {
    let recording = try recording(
      "# vcpu-shell rsp-log 1\r\n# from a friend\r\n\r\n0.000001 -> +\r\n")
    #expect(recording.entries.map(\.bytes) == [[0x2b]])
    #expect(recording.entries.map(\.line) == [4])
  }

  @Test(arguments: [
    ("", nil, "has no packets"), ("# vcpu-shell rsp-log 1\n", nil, "has no packets"),
    ("# vcpu-shell rsp-log 2\n0.000001 -> +\n", 1, "version 2"),
    ("0.000001 -> +\n0.000002 <- $OK#9", 2, "is cut off"),
    ("0.000001 -> +\n0.000002 << $OK#9a\n", 2, "has no direction"),
    ("0.1 -> +\n", 1, "does not begin with a time"), ("x.000001 -> +\n", 1, "time"),
    ("0.000001 -> +\n\n99999999999999999999.000001 -> +\n", 3, "time"),
    ("0.000001\n", 1, "time"), ("0.000001 -> \\y00\n", 1, "\\xNN"),
    ("0.000001 -> \\x0\n", 1, "\\xNN"),
    ("0.000001 -> \\\n", 1, "\\xNN"), ("0.000001 -> a\tb\n", 1, "\\xNN"),
    ("0.000001 -> \u{e9}\n", 1, "\\xNN"), ("\0\0\0\n", 1, "time"),
  ])
  func refusesWhatIsDamaged(text: String, line: Int?, reason: String) {
    let error = #expect(throws: RecordingError.self) { try recording(text) }
    #expect(error?.line == line)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    if let line { #expect(error?.description.hasPrefix("line \(line) of the recording ") == true) }
  }

  /// No text traps, and what is read is written as it was.
  @Test func everyCutAndEveryByteIsAnswered() throws {
    let whole = Array("# vcpu-shell rsp-log 1\n0.000001 -> $g#67\n1.000000 <- +\\x03$00#60\n".utf8)
    for count in 0..<whole.count { _ = try? Recording(parsing: Array(whole.prefix(count))) }
    for index in whole.indices {
      for value: UInt8 in [0, 0x0a, 0x20, 0x2e, 0x39, 0x3e, 0x5c, 0x78, 0xff] {
        var text = whole
        text[index] = value
        guard let recording = try? Recording(parsing: text) else { continue }
        let written = recording.entries.flatMap {
          RecordingLine.text($0.time, $0.direction, $0.bytes)
        }
        #expect(
          try Recording(parsing: written).entries.map(\.bytes) == recording.entries.map(\.bytes))
      }
    }
  }

  @Test func aFileOfARecorderIsARecording() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let recorder = try PacketRecorder(path: path)
    recorder.record(.sent, Array("$g#67".utf8))
    // What is there so far can be read before the end.
    #expect(try Recording(contentsOf: path).entries.map(\.bytes) == [Array("$g#67".utf8)])
    recorder.record(.received, [0, 10, 255])
    #expect(try Recording(contentsOf: path).entries.last?.bytes == [0, 10, 255])
  }

  @Test func filesThatCannotBeUsed() throws {
    for path in ["/nowhere/log", "/"] {
      let unread = #expect(throws: RecordingError.self) { try Recording(contentsOf: path) }
      #expect(unread?.description.contains(path) == true)
      let unwritten = #expect(throws: RecordingError.self) { try PacketRecorder(path: path) }
      #expect(unwritten?.description.contains(path) == true)
    }
  }

  @Test func aFullDiskIsToldOnce() throws {
    let recorder = try PacketRecorder(path: "/dev/full")
    var errors: [RecordingError] = []
    recorder.onFailure = { errors.append($0) }
    for _ in 0..<3 { recorder.record(.sent, [3]) }
    #expect(errors.count == 1 && errors[0].description.contains("/dev/full"), "\(errors)")
  }
}
