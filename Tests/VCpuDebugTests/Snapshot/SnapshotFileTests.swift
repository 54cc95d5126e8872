import Testing

@testable import VCpuDebug

/// The container: what was written is read, and nothing else is.
struct SnapshotFileTests {
  private let file = SnapshotFile(
    description: Array("{\"a\": 1}".utf8), memory: (0..<5000).map { UInt8(truncatingIfNeeded: $0) })

  @Test func comesBackAsItWas() throws {
    #expect(try SnapshotFile(try file.bytes()) == file)
  }

  @Test func holdsNothing() throws {
    let empty = SnapshotFile(description: [], memory: [])
    #expect(try SnapshotFile(try empty.bytes()) == empty)
  }

  @Test func isRefusedWhereverItEnds() throws {
    let bytes = try file.bytes()
    for count in bytes.indices {
      #expect(throws: SnapshotError.self) { try SnapshotFile(Array(bytes[..<count])) }
    }
  }

  @Test func isRefusedWithAnyBitFlipped() throws {
    let bytes = try file.bytes()
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(throws: SnapshotError.self) { try SnapshotFile(changed) }
      }
    }
  }

  @Test func saysWhatItIsNot() throws {
    let bytes = try file.bytes()
    #expect(throws: SnapshotError.notSnapshot) { try SnapshotFile(Array("\u{7f}ELF".utf8)) }
    #expect(throws: SnapshotError.notSnapshot) { try SnapshotFile([]) }
    var other = bytes
    other[8] = 2
    #expect(throws: SnapshotError.unknownVersion(2)) { try SnapshotFile(other) }
    #expect(throws: SnapshotError.damaged("there is data after its end")) {
      try SnapshotFile(bytes + [0])
    }
  }

  /// The lengths are those of the compressed and of the plain description, then of the memory.
  @Test(arguments: [16, 24, 32, 40], [UInt64.max, 1 << 63, 1 << 40, 1 << 32, 300 << 20, 0, 1])
  func refusesLengthsThatLie(offset: Int, length: UInt64) throws {
    var bytes = try file.bytes()
    for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
    let error = #expect(throws: SnapshotError.self) {
      try SnapshotFile(Self.withChecksum(bytes))
    }
    #expect(error?.description.contains("checksum") == false)
  }

  /// 100 KiB that claim to be 200 MiB, but aren't: no memory is allocated for them.
  @Test func refusesWhatCannotBeAsLong() throws {
    let zeros = SnapshotFile(description: [], memory: [UInt8](repeating: 0, count: 1 << 20))
    var bytes = try zeros.bytes()
    for index in 0..<8 {
      bytes[40 + index] = UInt8(truncatingIfNeeded: UInt64(200 << 20) >> (8 * index))
    }
    #expect(throws: SnapshotError.damaged("the memory cannot be as long as its header says")) {
      try SnapshotFile(Self.withChecksum(bytes))
    }
  }

  /// A bomb has the ratio that deflate allows; the limit of each part is what it fills.
  @Test func refusesMoreThanItsLimits() throws {
    let limit = SnapshotFile.descriptionLimit
    let bomb = SnapshotFile(
      description: [UInt8](repeating: 0x20, count: limit + 1), memory: [])
    #expect(throws: SnapshotError.tooLarge("the description", limit: limit)) { try bomb.bytes() }
    // The same, written by another program.
    let most = SnapshotFile(description: [UInt8](repeating: 0x20, count: limit), memory: [])
    var bytes = try most.bytes()
    for index in 0..<8 {
      bytes[24 + index] = UInt8(truncatingIfNeeded: UInt64(limit + 1) >> (8 * index))
    }
    #expect(throws: SnapshotError.tooLarge("the description", limit: limit)) {
      try SnapshotFile(Self.withChecksum(bytes))
    }
  }

  /// The file with a correct checksum, as a malicious one has.
  static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
    let end = bytes.count - 4
    var table: [UInt32] = []
    for value in 0..<256 as Range<UInt32> {
      table.append(
        (0..<8).reduce(value) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xedb8_8320 })
    }
    let sum = bytes[..<end].reduce(UInt32.max) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xff)] }
    return bytes[..<end] + (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (8 * $0)) }
  }
}
