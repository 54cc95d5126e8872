import TestSupport
import Testing

@testable import VCpuDebug

/// Files with memory, in each format.
@Suite struct MemoryFileTests {
  private func file(
    _ format: MemoryFileFormat, _ bytes: [UInt8], at start: UInt64, cut: Int = .max
  ) throws -> [UInt8] {
    let range = try #require(MemoryRange(.physical, start, byteCount: UInt64(bytes.count)))
    var writer = MemoryFileWriter(format, of: range)
    var file = writer.head
    for offset in stride(from: 0, to: bytes.count, by: min(cut, bytes.count)) {
      file += writer.text(of: Array(bytes[offset...].prefix(cut)))
    }
    return file + writer.tail
  }

  private func lines(_ format: MemoryFileFormat, _ bytes: [UInt8], at start: UInt64) throws
    -> [String]
  {
    String(decoding: try file(format, bytes, at: start), as: UTF8.self)
      .split(separator: "\r\n").map(String.init)
  }

  /// "Intel Hexadecimal Object File Format Specification", revision A; the record of 16 bytes is its example's shape.
  @Test func intelRecords() throws {
    #expect(
      try lines(.intelHex, Array("address gap".utf8), at: 0x10) == [
        ":0B0010006164647265737320676170A7", ":00000001FF",
      ])
    #expect(
      try lines(.intelHex, [1, 2, 3], at: 0x1_fffe) == [
        ":020000040001F9", ":02FFFE000102FE", ":020000040002F8", ":0100000003FC", ":00000001FF",
      ])
  }

  /// Motorola's manual, "S-Record Format": `S1137AF0…61` is the example of many descriptions of it.
  @Test func motorolaRecords() throws {
    let bytes: [UInt8] = [
      0x0a, 0x0a, 0x0d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    #expect(
      try lines(.sRecord, bytes, at: 0x7af0) == [
        "S0030000FC", "S1137AF00A0A0D0000000000000000000000000061", "S9030000FC",
      ])
    #expect(
      try lines(.sRecord, [0xaa], at: 0x12_3456)[1...] == ["S205123456AAB4", "S804000000FB"])
    #expect(
      try lines(.sRecord, [0xaa], at: 0x1234_5678)[1...] == ["S30612345678AA3B", "S70500000000FA"])
  }

  @Test func verilog() throws {
    #expect(
      try lines(.verilog, [1, 0xab], at: 0x4020_000f) == ["@4020000F", "01", "AB"])
    #expect(
      try lines(.verilog, [1, 0xab], at: 0xffff_8000_0000_0000)
        == ["@FFFF800000000000", "01 AB"])
  }

  /// What was written is read again, wherever it is and however it is cut.
  @Test(arguments: [MemoryFileFormat.intelHex, .sRecord])
  func comesBack(format: MemoryFileFormat) throws {
    var random = SplitMix64(seed: 5)
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 1...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let start = UInt64.random(in: 0...0xffff_f000, using: &random) >> [0, 8, 16].randomElement()!
      let text = try file(format, bytes, at: start, cut: Int.random(in: 1...100, using: &random))
      let contents = try MemoryFileContents(records: text)
      #expect(contents.segments == [.init(address: start, bytes: bytes)])
      #expect(contents.format == format)
    }
  }

  @Test(arguments: [
    ("", nil, "it has neither"), ("hello", nil, "it has neither"),
    (":00000001FF\n", nil, ""), (":0B0010006164647265737320676170A8\n", 1, "its checksum is wrong"),
    (":0B001000616464726573732067617\n", 1, "its length is wrong"),
    ("\n:00000001FF", nil, "it has neither"),
    (":020000040001F9\n:0G000001FF\n", 2, "it has something else"),
    (":0300000001020301F6\n", 1, "its length is wrong"),
    (":0B0010006164647265737320676170A7\n", nil, "its last record is missing"),
    ("S9030000FC\n", nil, ""), ("S205123456AAB5\n", 1, "its checksum is wrong"),
    ("S20512345\n", 1, "its length is wrong"),
    ("S4030000FC\n", 1, "this kind of S-record isn't known"),
    ("S\n", 1, "its length is wrong"), ("S1020AF3\n", 1, "its length is wrong"),
    (":0100000900F6\n", 1, "a record of type 9 can't have"),
  ])
  func damage(text: String, line: Int?, reason: String) throws {
    if reason.isEmpty {
      #expect(try MemoryFileContents(records: Array(text.utf8)).segments == [])
      return
    }
    let failure = #expect(throws: MemoryFileContents.Failure.self) {
      try MemoryFileContents(records: Array(text.utf8))
    }
    #expect(failure?.line == line)
    #expect(failure?.reason.hasPrefix(reason) == true, "\(failure?.reason ?? "")")
  }

  /// A segmented address (type 2), where execution begins (3, 5), lower case, and lines that end in either way.
  @Test func otherWriters() throws {
    let text = ":020000021200EA\r\n:0100000055aa\n:0400000300003800C1\n:00000001FF\nrest"
    #expect(
      try MemoryFileContents(records: Array(text.utf8)).segments
        == [.init(address: 0x1_2000, bytes: [0x55])])
  }

  /// Any bytes after a mark are an error or a file, and nothing else.
  @Test func anyBytes() {
    var random = SplitMix64(seed: 6)
    let alphabet = Array(":S0123456789ABCDEFabcdef\r\n \u{ff}".utf8)
    for _ in 0..<3_000 {
      let text =
        [alphabet[Int.random(in: 0...1, using: &random)]]
        + (0..<Int.random(in: 0...40, using: &random)).map { _ in
          alphabet.randomElement(using: &random) ?? 0
        }
      _ = try? MemoryFileContents(records: text)
    }
  }

  @Test func partsOfAFile() throws {
    let contents = MemoryFileContents(binary: Array(0..<10))
    #expect(contents.segments(from: 0, upTo: nil) == [.init(address: 0, bytes: Array(0..<10))])
    #expect(contents.segments(from: 3, upTo: 5) == [.init(address: 3, bytes: [3, 4])])
    #expect(contents.segments(from: 8, upTo: 100) == [.init(address: 8, bytes: [8, 9])])
    #expect(contents.segments(from: 10, upTo: nil) == [])
    #expect(contents.segments(from: 5, upTo: 5) == [])
    #expect(contents.segments(from: 7, upTo: 3) == [])
    #expect(MemoryFileContents(binary: []).segments == [])
  }
}
